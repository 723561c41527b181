/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory.h"

#include <stdio.h>
#include <string.h>

#include "expect.h"
#include "fleet-case.h"

TestSuite(inventory_nodes, .init = fleet_case_enter, .fini = fleet_case_leave);

#define HOW "kubectl get nodes -o json writes Nodes"
#define UNCLEAR \
	"    neither the labels nor the capacity of the node tell whether it has NVIDIA GPUs\n"

/* A Node with these labels and this capacity (both without braces) is read as WANTED. */
static void reads_node(int line, const char *labels, const char *capacity, const char *wanted)
{
	char text[2048], lines[1024];

	snprintf(text, sizeof(text),
		 "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\",\"labels\":{%s}},"
		 "\"status\":{\"capacity\":{%s}}}",
		 labels, capacity);
	snprintf(lines, sizeof(lines), "n %s", wanted);
	reads_at(line, gb_span_of(text), lines);
}

/* --- lists --- */

Test(inventory_nodes, reads_lists_of_kubectl_and_of_the_api)
{
	static const char two[] = "n driver=? cuda=? arch=? gpus=?\n" UNCLEAR;

	reads(SPAN("{\"kind\":\"List\",\"items\":[{\"kind\":\"Node\",\"metadata\":{\"name\":"
		   "\"n\"}}]}"),
	      two);
	reads(SPAN("{\"kind\":\"NodeList\",\"items\":[{\"metadata\":{\"name\":\"n\"}}]}"), two);
	reads(SPAN("[{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}]"), two);
	reads(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}"), two);
}

Test(inventory_nodes, names_what_is_no_node)
{
	refuses(SPAN("{\"kind\":\"List\",\"items\":[{\"kind\":\"Node\",\"metadata\":{\"name\":"
		     "\"n\"}},{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web-1\"}}]}"),
		GPUBADGE_E_SCHEMA, "items[1]: \"web-1\" is a Pod, not a Node; " HOW);
	refuses(SPAN("{\"kind\":\"Status\",\"status\":\"Failure\"}"), GPUBADGE_E_SCHEMA,
		"is a Status, not a Node; " HOW);
	refuses(SPAN("{\"kind\":\"PodList\",\"items\":[]}"), GPUBADGE_E_SCHEMA,
		"is a PodList, not a Node; " HOW);
	refuses(SPAN("{\"kind\":\"List\",\"items\":[{}]}"), GPUBADGE_E_SCHEMA,
		"items[0]: kind: missing; " HOW);
	refuses(SPAN("{\"kind\":\"List\",\"items\":[null]}"), GPUBADGE_E_SCHEMA,
		"items[0]: expected a Node (an object), found null");
	refuses(SPAN("{\"kind\":\"NodeList\",\"items\":[{\"kind\":1}]}"), GPUBADGE_E_SCHEMA,
		"items[0]: kind: expected a string, found a number");
	refuses(SPAN("{\"kind\":\"List\"}"), GPUBADGE_E_SCHEMA, "items: missing; " HOW);
	refuses(SPAN("{\"kind\":\"List\",\"items\":{}}"), GPUBADGE_E_SCHEMA,
		"items: expected an array, found an object");
}

Test(inventory_nodes, names_what_has_the_wrong_type)
{
	refuses(SPAN("{\"kind\":\"NodeList\",\"items\":[{}]}"), GPUBADGE_E_SCHEMA,
		"items[0]: metadata.name: missing");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":5}}"), GPUBADGE_E_SCHEMA,
		"metadata: name: expected a string, found a number");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":[]}"), GPUBADGE_E_SCHEMA,
		"metadata: expected an object, found an array");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\",\"labels\":[]}}"),
		GPUBADGE_E_SCHEMA,
		"node \"n\": metadata: labels: expected an object, found an array");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\",\"labels\":{"
		     "\"nvidia.com/gpu.product\":4}}}"),
		GPUBADGE_E_SCHEMA,
		"node \"n\": metadata.labels: nvidia.com/gpu.product: expected a string, found a "
		"number");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":[]}"),
		GPUBADGE_E_SCHEMA, "node \"n\": status: expected an object, found an array");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"capacity\":1}}"),
		GPUBADGE_E_SCHEMA,
		"node \"n\": status: capacity: expected an object, found a number");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"nodeInfo\":1}}"),
		GPUBADGE_E_SCHEMA,
		"node \"n\": status: nodeInfo: expected an object, found a number");
	refuses(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"nodeInfo\":{"
		     "\"architecture\":1}}}"),
		GPUBADGE_E_SCHEMA,
		"node \"n\": status.nodeInfo: architecture: expected a string, found a number");
}

/* --- versions in labels --- */

Test(inventory_nodes, prefers_the_whole_version_then_its_parts_then_the_old_names)
{
	reads_node(__LINE__,
		   "\"nvidia.com/cuda.driver-version.full\":\"550.107.02\","
		   "\"nvidia.com/cuda.driver-version.major\":\"1\","
		   "\"nvidia.com/cuda.driver.major\":\"2\","
		   "\"nvidia.com/cuda.runtime-version.full\":\"12.5\","
		   "\"nvidia.com/cuda.runtime.major\":\"3\"",
		   "", "driver=550.107.02 cuda=12.5 arch=? gpus=?\n" UNCLEAR);
	reads_node(__LINE__,
		   "\"nvidia.com/cuda.driver-version.major\":\"550\","
		   "\"nvidia.com/cuda.driver-version.minor\":\"107\","
		   "\"nvidia.com/cuda.driver-version.revision\":\"02\","
		   "\"nvidia.com/cuda.driver.major\":\"2\","
		   "\"nvidia.com/cuda.runtime-version.major\":\"12\","
		   "\"nvidia.com/cuda.runtime-version.minor\":\"5\"",
		   "", "driver=550.107.02 cuda=12.5 arch=? gpus=?\n" UNCLEAR);
	reads_node(__LINE__,
		   "\"nvidia.com/cuda.driver.major\":\"418\",\"nvidia.com/cuda.driver.minor\":"
		   "\"87\",\"nvidia.com/cuda.driver.rev\":\"01\","
		   "\"nvidia.com/cuda.runtime.major\":\"10\",\"nvidia.com/cuda.runtime.minor\":"
		   "\"1\"",
		   "", "driver=418.87.01 cuda=10.1 arch=? gpus=?\n" UNCLEAR);
}

Test(inventory_nodes, reads_a_version_of_two_numbers)
{
	reads_node(__LINE__,
		   "\"nvidia.com/cuda.driver.major\":\"455\",\"nvidia.com/cuda.driver.minor\":"
		   "\"06\",\"nvidia.com/cuda.driver.rev\":\"\"",
		   "", "driver=455.06 cuda=? arch=? gpus=?\n" UNCLEAR);
	reads_node(__LINE__,
		   "\"nvidia.com/cuda.driver-version.major\":\"455\","
		   "\"nvidia.com/cuda.driver-version.minor\":\"06\"",
		   "", "driver=455.06 cuda=? arch=? gpus=?\n" UNCLEAR);
}

Test(inventory_nodes, goes_on_to_the_next_name_where_one_holds_no_version)
{
	reads_node(__LINE__,
		   "\"nvidia.com/cuda.driver-version.full\":\"\","
		   "\"nvidia.com/cuda.driver.major\":\"455\",\"nvidia.com/cuda.driver.minor\":"
		   "\"06\"",
		   "", "driver=455.06 cuda=? arch=? gpus=?\n" UNCLEAR);
}

static void notes(int line, const char *label, const char *value, const char *why)
{
	char labels[512], wanted[512];

	snprintf(labels, sizeof(labels), "\"%s\":\"%s\"", label, value);
	snprintf(wanted, sizeof(wanted), "driver=? cuda=? arch=? gpus=?\n    label %s\n", why);
	reads_node(line, labels, "", wanted);
}

Test(inventory_nodes, notes_a_label_that_holds_no_version)
{
	notes(__LINE__, "nvidia.com/cuda.driver-version.full", "unknown.unknown.unknown",
	      "nvidia.com/cuda.driver-version.full is \"unknown.unknown.unknown\", which is no "
	      "version");
	notes(__LINE__, "nvidia.com/cuda.driver-version.full", "",
	      "nvidia.com/cuda.driver-version.full is \"\", which is no version");
	notes(__LINE__, "nvidia.com/cuda.driver-version.full", "535.1-server",
	      "nvidia.com/cuda.driver-version.full is \"535.1-server\", which is no version");
	notes(__LINE__, "nvidia.com/cuda.runtime-version.major", "12",
	      "nvidia.com/cuda.runtime-version.minor is missing");
	notes(__LINE__, "nvidia.com/cuda.driver.major", "455.1",
	      "nvidia.com/cuda.driver.major is \"455.1\", which is no version");
	notes(__LINE__, "nvidia.com/cuda.driver-version.full", "\\u001b[2J",
	      "nvidia.com/cuda.driver-version.full is \"\\x1b[2J\", which is no version");
	notes(__LINE__, "nvidia.com/cuda.driver-version.full",
	      "01234567890123456789012345678901234567890123456789012345678901234567890x",
	      "nvidia.com/cuda.driver-version.full is "
	      "\"012345678901234567890123456789012345678901234567890123456789\", which is no "
	      "version");
}

Test(inventory_nodes, refuses_parts_that_make_no_version_together)
{
	char zeros[91], labels[512];

	memset(zeros, '0', 90);
	zeros[90] = '\0';
	snprintf(labels, sizeof(labels),
		 "\"nvidia.com/cuda.driver.major\":\"%s\",\"nvidia.com/cuda.driver.minor\":"
		 "\"%.20s\"",
		 zeros, zeros);
	reads_node(__LINE__, labels, "",
		   "driver=? cuda=? arch=? gpus=?\n    label nvidia.com/cuda.driver.minor is "
		   "\"00000000000000000000\", which is no version\n");
}

/* --- is there a GPU? --- */

Test(inventory_nodes, finds_gpus_by_what_any_label_or_resource_says)
{
	static const char *const labels[] = {
		"\"nvidia.com/gpu.count\":\"2\"",
		"\"nvidia.com/gpu.present\":\"true\"",
		"\"nvidia.com/mig-1g.5gb.count\":\"7\"",
		"\"feature.node.kubernetes.io/pci-10de.present\":\"true\"",
		"\"feature.node.kubernetes.io/pci-0302_10de.present\":\"true\"",
		"\"feature.node.kubernetes.io/pci-0300_10de.present\":\"true\"",
	};
	static const char *const resources[] = {
		"\"nvidia.com/gpu\":\"1\"",
		"\"nvidia.com/gpu\":8",
		"\"nvidia.com/gpu.shared\":\"4\"",
		"\"cpu\":\"4\",\"nvidia.com/mig-1g.5gb\":\"7\"",
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(labels); i++)
		reads_node(__LINE__, labels[i], "\"cpu\":\"4\"",
			   "driver=? cuda=? arch=? gpus=?/?/?\n");
	for (size_t i = 0; i < GB_ARRAY_LEN(resources); i++)
		reads_node(__LINE__, "", resources[i], "driver=? cuda=? arch=? gpus=?/?/?\n");
	reads_node(__LINE__, "\"nvidia.com/gpu.present\":\"false\"", "\"nvidia.com/gpu\":\"1\"",
		   "driver=? cuda=? arch=? gpus=?/?/?\n");
}

Test(inventory_nodes, finds_gpus_by_what_can_be_allocated)
{
	reads(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"allocatable\":{"
		   "\"nvidia.com/gpu\":\"1\"}}}"),
	      "n driver=? cuda=? arch=? gpus=?/?/?\n");
}

Test(inventory_nodes, reads_the_model_and_its_compute_capability)
{
	reads_node(__LINE__,
		   "\"nvidia.com/gpu.compute.major\":\"8\",\"nvidia.com/gpu.compute.minor\":\"0\"",
		   "", "driver=? cuda=? arch=? gpus=?/?/8.0\n");
	reads_node(__LINE__,
		   "\"nvidia.com/gpu.product\":\"Tesla-T4\",\"nvidia.com/gpu.compute.major\":"
		   "\"x\"",
		   "",
		   "driver=? cuda=? arch=? gpus=Tesla-T4/?/?\n    label "
		   "nvidia.com/gpu.compute.major is \"x\", which is no version\n");
	reads_node(__LINE__,
		   "\"nvidia.com/mig-1g.5gb.product\":\"NVIDIA-A100-MIG-1g.5gb\","
		   "\"nvidia.com/gpu.compute.major\":\"8\",\"nvidia.com/gpu.compute.minor\":\"0\"",
		   "", "driver=? cuda=? arch=? gpus=NVIDIA-A100-MIG-1g.5gb/?/8.0\n");
}

Test(inventory_nodes, knows_nodes_without_gpus)
{
	static const char none[] = "driver=? cuda=? arch=? gpus=\n";

	reads_node(__LINE__, "", "\"cpu\":\"4\"", none);
	reads_node(__LINE__, "\"nvidia.com/gpu.present\":\"false\"", "", none);
	reads_node(__LINE__, "\"feature.node.kubernetes.io/pci-0300_1002.present\":\"true\"", "",
		   none);
}

Test(inventory_nodes, leaves_open_what_nothing_tells)
{
	static const char open[] = "driver=? cuda=? arch=? gpus=?\n" UNCLEAR;

	reads_node(__LINE__, "", "", open);
	reads_node(__LINE__, "", "\"nvidia.com/gpu\":\"0\"", open);
	reads_node(__LINE__, "", "\"nvidia.com/gpu\":null", open);
	reads_node(__LINE__, "\"nvidia.com/device-plugin.config\":\"a\"", "\"cpu\":\"4\"", open);
	reads_node(__LINE__, "\"nvidia.com/gpu.count\":\"0\"", "\"cpu\":\"4\"", open);
	reads_node(__LINE__, "\"nvidia.com/gpu.count\":\"x\"", "\"cpu\":\"4\"", open);
	reads_node(__LINE__, "\"feature.node.kubernetes.io/pci-0200_10de.present\":\"true\"",
		   "\"cpu\":\"4\"", open);
	reads_node(__LINE__, "\"feature.node.kubernetes.io/pci-10de.present\":\"false\"",
		   "\"cpu\":\"4\"", open);
}

Test(inventory_nodes, notes_a_set_up_of_mig_that_is_invalid)
{
	reads_node(__LINE__,
		   "\"nvidia.com/gpu.product\":\"A100-MIG-INVALID\",\"nvidia.com/gpu.count\":"
		   "\"0\"",
		   "\"nvidia.com/gpu\":\"0\"",
		   "driver=? cuda=? arch=? gpus=A100-MIG-INVALID/?/?\n    label "
		   "nvidia.com/gpu.product is \"A100-MIG-INVALID\": the set-up of MIG is "
		   "invalid\n");
}

Test(inventory_nodes, prefers_the_label_of_the_architecture)
{
	reads(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\",\"labels\":{"
		   "\"kubernetes.io/arch\":\"arm64\"}},\"status\":{\"nodeInfo\":{"
		   "\"architecture\":\"amd64\"},\"capacity\":{\"cpu\":1}}}"),
	      "n driver=? cuda=? arch=arm64 gpus=\n");
	reads(SPAN("{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"nodeInfo\":{"
		   "\"architecture\":\"amd64\"},\"capacity\":{\"cpu\":1}}}"),
	      "n driver=? cuda=? arch=amd64 gpus=\n");
}

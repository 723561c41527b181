/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory.h"

#include <stdio.h>

#include "expect.h"
#include "fleet-case.h"

TestSuite(inventory_json, .init = fleet_case_enter, .fini = fleet_case_leave);

#define QUOTES " (numbers lose zeros: write it in quotes)"

Test(inventory_json, reads_an_object_an_array_and_one_server)
{
	reads(SPAN("{\"servers\":[{\"name\":\"a\"}]}"), "a driver=? cuda=? arch=? gpus=?\n");
	reads(SPAN("[{\"name\":\"a\"},{\"name\":\"b\"}]"),
	      "a driver=? cuda=? arch=? gpus=?\nb driver=? cuda=? arch=? gpus=?\n");
	reads(SPAN("{\"name\":\"a\",\"driver\":\"535.183.06\",\"cuda\":\"12.2\"}"),
	      "a driver=535.183.06 cuda=12.2 arch=? gpus=?\n");
}

Test(inventory_json, tells_no_gpus_from_unknown_ones)
{
	reads(SPAN("[{\"name\":\"a\",\"gpus\":[]},{\"name\":\"b\",\"gpus\":null},{\"name\":\"c\"},"
		   "{\"name\":\"d\",\"gpus\":[{}]}]"),
	      "a driver=? cuda=? arch=? gpus=\nb driver=? cuda=? arch=? gpus=?\n"
	      "c driver=? cuda=? arch=? gpus=?\nd driver=? cuda=? arch=? gpus=?/?/?\n");
}

Test(inventory_json, takes_null_and_empty_texts_for_unknown)
{
	reads(SPAN("{\"name\":\"a\",\"driver\":\"\",\"cuda\":null,\"architecture\":\"\","
		   "\"gpus\":[{\"product\":\"\",\"brand\":\"\",\"arch\":\"\"}]}"),
	      "a driver=? cuda=? arch=? gpus=?/?/?\n");
}

Test(inventory_json, passes_over_members_it_does_not_know)
{
	reads(SPAN("{\"servers\":[{\"name\":\"a\",\"rack\":7,\"kind\":\"metal\",\"gpus\":"
		   "[{\"memoryMiB\":40960,\"uuid\":[]}]}],\"version\":{}}"),
	      "a driver=? cuda=? arch=? gpus=?/?/?\n");
}

Test(inventory_json, writes_architectures_as_images_do)
{
	reads(SPAN("[{\"name\":\"a\",\"architecture\":\"x86_64\"},"
		   "{\"name\":\"b\",\"architecture\":\"aarch64\"},"
		   "{\"name\":\"c\",\"architecture\":\"ppc64le\"}]"),
	      "a driver=? cuda=? arch=amd64 gpus=?\nb driver=? cuda=? arch=arm64 gpus=?\n"
	      "c driver=? cuda=? arch=ppc64le gpus=?\n");
}

/* --- labels --- */

Test(inventory_json, fills_from_labels_what_the_members_do_not_state)
{
	reads(SPAN("{\"name\":\"a\",\"cuda\":\"12.2\",\"labels\":{"
		   "\"nvidia.com/cuda.driver-version.full\":\"535.54.03\","
		   "\"nvidia.com/cuda.runtime-version.full\":\"12.4\","
		   "\"nvidia.com/gpu.product\":\"Tesla-T4\",\"kubernetes.io/arch\":\"amd64\"}}"),
	      "a driver=535.54.03 cuda=12.2 arch=amd64 gpus=Tesla-T4/?/?\n");
}

Test(inventory_json, believes_members_more_than_labels)
{
	reads(SPAN("{\"name\":\"a\",\"driver\":\"550.1\",\"gpus\":[],\"labels\":{"
		   "\"nvidia.com/cuda.driver-version.full\":\"unknown.unknown.unknown\","
		   "\"nvidia.com/gpu.product\":\"Tesla-T4\"}}"),
	      "a driver=550.1 cuda=? arch=? gpus=\n");
}

Test(inventory_json, completes_gpus_of_the_model_that_the_labels_name)
{
	static const char labels[] = "\"labels\":{\"nvidia.com/gpu.product\":\"Tesla-T4\","
				     "\"nvidia.com/gpu.compute.major\":\"7\","
				     "\"nvidia.com/gpu.compute.minor\":\"5\"}}";
	static const struct {
		const char *gpus, *read;
	} table[] = {
		{"[{}]", "Tesla-T4/?/7.5"},
		{"[{\"product\":\"Tesla T4\"}]", "Tesla T4/?/7.5"},
		{"[{\"product\":\"NVIDIA L4\"}]", "NVIDIA L4/?/?"},
		{"[{\"product\":\"Tesla T4\"},{\"product\":\"NVIDIA L4\"}]",
		 "NVIDIA L4/?/?,Tesla T4/?/7.5"},
		{"[{},{\"product\":\"NVIDIA L4\"}]", "?/?/?,NVIDIA L4/?/?"},
		{"[{\"arch\":\"8.0\"}]", "Tesla-T4/?/8.0"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		char text[512], wanted[256];

		snprintf(text, sizeof(text), "{\"name\":\"a\",\"gpus\":%s,%s", table[i].gpus,
			 labels);
		snprintf(wanted, sizeof(wanted), "a driver=? cuda=? arch=? gpus=%s\n",
			 table[i].read);
		reads(gb_span_of(text), wanted);
	}
}

/* --- mistakes --- */

Test(inventory_json, names_a_server_without_a_name_by_its_place)
{
	refuses(SPAN("{\"servers\":[{\"name\":\"a\"},{\"driver\":\"1\"}]}"), GPUBADGE_E_SCHEMA,
		"servers[1]: name: missing");
	refuses(SPAN("[{\"name\":\"a\"},{}]"), GPUBADGE_E_SCHEMA, "[1]: name: missing");
	refuses(SPAN("{\"driver\":\"1\"}"), GPUBADGE_E_SCHEMA, "name: missing");
	refuses(SPAN("[{\"name\":null}]"), GPUBADGE_E_SCHEMA, "[0]: name: missing");
	refuses(SPAN("[{\"name\":\"\"}]"), GPUBADGE_E_SCHEMA, "[0]: name: is empty");
	refuses(SPAN("[{\"name\":7}]"), GPUBADGE_E_SCHEMA,
		"[0]: name: expected a string, found a number" QUOTES);
	refuses(SPAN("[[]]"), GPUBADGE_E_SCHEMA,
		"[0]: expected a server (an object), found an array");
	refuses(SPAN("{\"servers\":[\"a\"]}"), GPUBADGE_E_SCHEMA,
		"servers[0]: expected a server (an object), found a string");
	refuses(SPAN("{\"servers\":{}}"), GPUBADGE_E_SCHEMA,
		"servers: expected an array, found an object");
}

Test(inventory_json, names_the_server_and_the_member_of_a_wrong_type)
{
	static const struct {
		const char *member, *message;
	} table[] = {
		{"\"driver\":535", "driver: expected a string, found a number" QUOTES},
		{"\"cuda\":12.20", "cuda: expected a string, found a fraction" QUOTES},
		{"\"architecture\":true", "architecture: expected a string, found a boolean"},
		{"\"gpus\":{}", "gpus: expected an array, found an object"},
		{"\"gpus\":8", "gpus: expected an array, found a number"},
		{"\"gpus\":[{},\"A100\"]", "gpus[1]: expected an object, found a string"},
		{"\"gpus\":[null]", "gpus[0]: expected an object, found null"},
		{"\"gpus\":[{\"arch\":8.0}]",
		 "gpus[0]: arch: expected a string, found a fraction" QUOTES},
		{"\"gpus\":[{\"product\":[]}]",
		 "gpus[0]: product: expected a string, found an array"},
		{"\"gpus\":[{\"brand\":{}}]", "gpus[0]: brand: expected a string, found an object"},
		{"\"labels\":[]", "labels: expected an object, found an array"},
		{"\"labels\":{\"nvidia.com/gpu.count\":8}",
		 "labels: nvidia.com/gpu.count: expected a string, found a number"},
		{"\"driver\":\"535-server\"",
		 "driver: \"535-server\" is no version (digits and dots, at most 100 of them)"},
		{"\"cuda\":\"v12\"",
		 "cuda: \"v12\" is no version (digits and dots, at most 100 of them)"},
		{"\"gpus\":[{},{\"arch\":\"sm_80\"}]",
		 "gpus[1].arch: \"sm_80\" is no version (digits and dots, at most 100 of them)"},
	};

	for (size_t i = 0; i < GB_ARRAY_LEN(table); i++) {
		char text[256], wanted[256];

		snprintf(text, sizeof(text), "[{\"name\":\"gpu-1\",%s}]", table[i].member);
		snprintf(wanted, sizeof(wanted), "server \"gpu-1\": %s", table[i].message);
		refuses(gb_span_of(text), GPUBADGE_E_SCHEMA, wanted);
	}
}

Test(inventory_json, cuts_and_escapes_names_in_messages)
{
	refuses(SPAN("{\"name\":\"\\u001b]0;0123456789012345678901234567890123456789012345678901234"
		     "5678901234567890\",\"driver\":[]}"),
		GPUBADGE_E_SCHEMA,
		"server \"\\x1b]0;01234567890123456789012345678901234567890123456789012345\": "
		"driver: expected a string, found an array");
}

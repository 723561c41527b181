/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "expect.h"
#include "fleet-case.h"
#include "scratch.h"

TestSuite(inventory, .init = fleet_case_enter, .fini = fleet_case_leave);

#define UNDERSTOOD                                                               \
	"what is understood: kubectl get nodes -o json, JSON with servers (see " \
	"gpubadge(1)), nvidia-container-cli info --csv, nvidia-smi "             \
	"--query-gpu=name,driver_version,compute_cap --format=csv"

/* --- one fixture for each format --- */

static char *load(const char *name)
{
	struct gb_bytes content = gb_bytes_init(SIZE_MAX / 2);
	char path[4096], *text;
	ssize_t got = 1;
	int fd;

	snprintf(path, sizeof(path), "%s/inventories/%s", FIXTURES, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	cr_assert_geq(fd, 0, "%s", path);
	while (got > 0) {
		got = read(fd, gb_bytes_reserve(&content, 4096), 4096);
		cr_assert_geq(got, 0, "%s", path);
		gb_bytes_commit(&content, (size_t)got);
	}
	close(fd);
	cr_assert_eq(gb_bytes_take(&content, &text, NULL, &fleet_case.err), GPUBADGE_OK);
	return text;
}

static void reads_fixture(int line, const char *name, const char *expected)
{
	char *text = load(name), *lines = load(expected);

	reads_at(line, gb_span_of(text), lines);
	free(text);
	free(lines);
}

Test(inventory, reads_our_own_json)
{
	reads_fixture(__LINE__, "servers.json", "servers.json.expected");
}

Test(inventory, reads_our_own_json_one_server_a_line)
{
	reads_fixture(__LINE__, "servers.ndjson", "servers.ndjson.expected");
}

Test(inventory, reads_nodes_of_kubernetes)
{
	reads_fixture(__LINE__, "nodes.json", "nodes.json.expected");
}

Test(inventory, reads_nodes_one_a_line)
{
	reads_fixture(__LINE__, "nodes.ndjson", "nodes.ndjson.expected");
}

Test(inventory, reads_what_the_container_tools_write)
{
	reads_fixture(__LINE__, "container-cli.csv", "container-cli.csv.expected");
	reads_fixture(__LINE__, "container-cli-no-devices.csv",
		      "container-cli-no-devices.csv.expected");
}

Test(inventory, reads_what_nvidia_smi_writes)
{
	reads_fixture(__LINE__, "nvidia-smi.csv", "nvidia-smi.csv.expected");
	reads_fixture(__LINE__, "nvidia-smi-nounits.csv", "nvidia-smi-nounits.csv.expected");
}

/* --- what is no inventory --- */

Test(inventory, refuses_an_empty_text)
{
	refuses(SPAN(""), GPUBADGE_E_SCHEMA, "is empty: no servers in it");
	refuses(SPAN(" \r\n\t\n"), GPUBADGE_E_SCHEMA, "is empty: no servers in it");
	refuses(SPAN("\xef\xbb\xbf"), GPUBADGE_E_SCHEMA, "is empty: no servers in it");
}

Test(inventory, refuses_an_inventory_without_servers)
{
	refuses(SPAN("{\"servers\":[]}"), GPUBADGE_E_SCHEMA, "no servers in it");
	refuses(SPAN("[]"), GPUBADGE_E_SCHEMA, "no servers in it");
	refuses(SPAN("{\"kind\":\"List\",\"items\":[]}"), GPUBADGE_E_SCHEMA, "no servers in it");
}

Test(inventory, names_what_is_understood)
{
	refuses(SPAN("hello\nworld\n"), GPUBADGE_E_SCHEMA,
		"no inventory of servers: it starts with \"hello\"; " UNDERSTOOD);
	refuses(SPAN("\"gpu-1\""), GPUBADGE_E_SCHEMA,
		"no inventory of servers: it starts with \"\"gpu-1\"\"; " UNDERSTOOD);
	refuses(SPAN("{\"Id\":\"sha256:1\"}"), GPUBADGE_E_SCHEMA,
		"no server is in \"{\"Id\":\"sha256:1\"}\"; " UNDERSTOOD);
	refuses(SPAN("{}"), GPUBADGE_E_SCHEMA, "no server is in \"{}\"; " UNDERSTOOD);
}

Test(inventory, refuses_what_nvidia_smi_writes_for_people)
{
	refuses(SPAN("Sun Nov  9 10:00:00 2025       \n+-----+\n| NVIDIA-SMI 535.183.06 |\n"),
		GPUBADGE_E_SCHEMA,
		"no inventory of servers: it starts with \"Sun Nov  9 10:00:00 2025\"; " UNDERSTOOD);
	refuses(SPAN("No devices were found\n"), GPUBADGE_E_SCHEMA,
		"no inventory of servers: it starts with \"No devices were found\"; " UNDERSTOOD);
	refuses(SPAN("GPU 0: Tesla T4 (UUID: GPU-1)\n"), GPUBADGE_E_SCHEMA,
		"no inventory of servers: it starts with \"GPU 0: Tesla T4 (UUID: "
		"GPU-1)\"; " UNDERSTOOD);
}

Test(inventory, cuts_and_escapes_what_it_shows)
{
	refuses(SPAN("\x1b[2J0123456789012345678901234567890123456789012345678901234567890123456789"),
		GPUBADGE_E_SCHEMA,
		"no inventory of servers: it starts with "
		"\"\\x1b[2J01234567890123456789012345678901234567890123456789012345\"; " UNDERSTOOD);
}

Test(inventory, asks_for_utf_8)
{
	refuses(SPAN("\xff\xfe{\0}\0"), GPUBADGE_E_SCHEMA, "is UTF-16; write it as UTF-8");
	refuses(SPAN("\xfe\xff\0{\0}"), GPUBADGE_E_SCHEMA, "is UTF-16; write it as UTF-8");
}

Test(inventory, passes_over_a_byte_order_mark)
{
	reads(SPAN("\xef\xbb\xbf{\"name\":\"a\"}"), "a driver=? cuda=? arch=? gpus=?\n");
	reads(SPAN("\xef\xbb\xbfname\r\nTesla T4\r\n"),
	      "host driver=? cuda=? arch=? gpus=Tesla T4/?/?\n");
}

/* --- documents one after the other --- */

Test(inventory, names_line_and_column_of_a_mistake)
{
	read_inventory(SPAN("{\n  \"servers\": [\n    {\"name\" \"a\"}]}"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 3, column ");
}

Test(inventory, names_the_line_of_the_file_where_a_line_is_a_server)
{
	read_inventory(SPAN("{\"name\":\"a\"}\n\n{\"name\":\"b\"}\n{\"name\" \"c\"}\n"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 4, column ");
	read_inventory(SPAN("\n{\"name\":\"a\"} x\n"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 2, column 1: ");
	read_inventory(SPAN("{\"name\":\"a\"}\n{\"name\":\"b\"\n{\"name\":\"c\"}\n"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 3, column ");
}

Test(inventory, reads_documents_over_several_lines)
{
	reads(SPAN("{\n\"name\": \"a\"\n}\n{\n\"name\": \"b}\\\"{\"\n} {\"name\":\"c\"}\n"
		   "[{\"name\":\"d\"}]\r\n{\"servers\":[{\"name\":\"e\"}]}"),
	      "a driver=? cuda=? arch=? gpus=?\nb}\"{ driver=? cuda=? arch=? gpus=?\n"
	      "c driver=? cuda=? arch=? gpus=?\nd driver=? cuda=? arch=? gpus=?\n"
	      "e driver=? cuda=? arch=? gpus=?\n");
}

Test(inventory, names_a_document_by_its_line)
{
	refuses(SPAN("{\"name\":\"a\"}\n\n\n{\"driver\":\"535\"}\n"), GPUBADGE_E_SCHEMA,
		"line 4: name: missing");
	refuses(SPAN("{\"driver\":\"535\"}\n{\"name\":\"a\"}\n"), GPUBADGE_E_SCHEMA,
		"line 1: name: missing");
	refuses(SPAN("{\"name\":\"a\"}\n12\n"), GPUBADGE_E_SCHEMA,
		"line 2: expected a server (an object), found a number");
	refuses(SPAN("{\"name\":\"a\"}\nnull\n"), GPUBADGE_E_SCHEMA,
		"line 2: expected a server (an object), found null");
	refuses(SPAN("{\"name\":\"a\"}\n{\"name\":\"b\",\"driver\":5}\n"), GPUBADGE_E_SCHEMA,
		"line 2: server \"b\": driver: expected a string, found a number (numbers lose "
		"zeros: write it in quotes)");
}

Test(inventory, survives_brackets_that_do_not_match)
{
	read_inventory(SPAN("{\"name\":\"a\"}}"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 1, column 1: ");
	read_inventory(SPAN("[{\"name\":\"a\"}}\n"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 1, column ");
	read_inventory(SPAN("{\"name\":\"a\"}\n\"x\\"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 2, column ");
	read_inventory(SPAN("[\"\n"));
	expect_error_in(&fleet_case.err, GPUBADGE_E_JSON, "is not JSON: line 1, column ");
}

/* --- limits and the descriptor --- */

Test(inventory, holds_as_many_bytes_as_allowed)
{
	fleet_case.limits.inventory_bytes = strlen("{\"name\":\"a\"}");
	reads(SPAN("{\"name\":\"a\"}"), "a driver=? cuda=? arch=? gpus=?\n");
}

Test(inventory, refuses_one_byte_more_than_allowed)
{
	fleet_case.limits.inventory_bytes = strlen("{\"name\":\"a\"}");
	refuses(SPAN("{\"name\":\"a\"} "), GPUBADGE_E_LIMIT,
		"longer than the limit of 12 bytes; --limit inventory_bytes=N raises it");
	fleet_case.limits.inventory_bytes = 0;
	refuses(SPAN("x"), GPUBADGE_E_LIMIT,
		"longer than the limit of 0 bytes; --limit inventory_bytes=N raises it");
}

Test(inventory, holds_as_many_values_as_allowed)
{
	fleet_case.limits.inventory_values = 5;
	reads(SPAN("[{\"name\":\"a\"},{\"name\":\"b\"}]"),
	      "a driver=? cuda=? arch=? gpus=?\nb driver=? cuda=? arch=? gpus=?\n");
}

Test(inventory, refuses_one_value_more_than_allowed)
{
	fleet_case.limits.inventory_values = 4;
	refuses(SPAN("[{\"name\":\"a\"},{\"name\":\"b\"}]"), GPUBADGE_E_LIMIT,
		"more than the limit of 4 JSON values; --limit inventory_values=N raises it");
}

Test(inventory, holds_as_many_servers_as_allowed)
{
	fleet_case.limits.fleet_servers = 2;
	reads(SPAN("[{\"name\":\"a\"},{\"name\":\"b\"}]"),
	      "a driver=? cuda=? arch=? gpus=?\nb driver=? cuda=? arch=? gpus=?\n");
}

Test(inventory, refuses_one_server_more_than_allowed)
{
	fleet_case.limits.fleet_servers = 1;
	refuses(SPAN("[{\"name\":\"a\"},{\"name\":\"b\"}]"), GPUBADGE_E_LIMIT,
		"more servers than the limit of 1; --limit fleet_servers=N raises it");
}

Test(inventory, refuses_brackets_without_end)
{
	size_t size = 200000;
	char *text = malloc(size);

	memset(text, '[', size);
	refuses(((struct gb_span){text, size}), GPUBADGE_E_LIMIT,
		"nested deeper than 2048 levels, which cannot be raised (line 1)");
	free(text);
}

Test(inventory, reads_a_pipe_in_pieces)
{
	int fd, child = scratch_pipe(SPAN("[{\"name\":\"a\"},\n{\"name\":\"b\"}]"), 3, &fd);

	cr_assert_eq(gb_inventory_read(&fleet_case.fleet, fd, SPAN("host"), &fleet_case.err),
		     GPUBADGE_OK);
	cr_expect_eq(fleet_case.fleet.count, 2);
	cr_expect_eq(fcntl(fd, F_GETFD) & ~FD_CLOEXEC, 0, "the descriptor stays open");
	close(fd);
	cr_expect_eq(scratch_wait(child), 0);
}

Test(inventory, reads_more_than_one_piece)
{
	struct gb_bytes text = gb_bytes_init(SIZE_MAX / 2);

	for (int i = 0; i < 20000; i++)
		gb_bytes_format(&text, "{\"name\":\"server-%d\"}\n", i);
	cr_assert_eq(read_inventory(gb_bytes_span(&text)), GPUBADGE_OK);
	cr_expect_eq(fleet_case.fleet.count, 20000);
	expect_span(fleet_case.fleet.servers[19999].name, "server-19999");
	gb_bytes_done(&text);
}

static void wake(int signal)
{
	(void)signal;
}

Test(inventory, goes_on_after_a_signal, .timeout = 20)
{
	const struct sigaction action = {.sa_handler = wake};
	const struct itimerval often = {{0, 1000}, {0, 1000}};
	int ends[2];

	cr_assert_eq(pipe(ends), 0);
	if (fork() == 0) {
		usleep(50000);
		_exit(write(ends[1], "{\"name\":\"a\"}", 12) != 12);
	}
	close(ends[1]);
	cr_assert_eq(sigaction(SIGALRM, &action, NULL), 0);
	cr_assert_eq(setitimer(ITIMER_REAL, &often, NULL), 0);
	cr_expect_eq(gb_inventory_read(&fleet_case.fleet, ends[0], SPAN("host"), &fleet_case.err),
		     GPUBADGE_OK, "%s", fleet_case.err.text);
	cr_assert_eq(setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL), 0);
	close(ends[0]);
}

Test(inventory, tells_what_the_system_refused)
{
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	cr_expect_eq(gb_inventory_read(&fleet_case.fleet, fd, SPAN("host"), &fleet_case.err),
		     GPUBADGE_E_IO);
	expect_error(&fleet_case.err, GPUBADGE_E_IO, "cannot read: Is a directory");
	close(fd);
}

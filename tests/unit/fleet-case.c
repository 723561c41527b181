/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet-case.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "expect.h"
#include "fleet/inventory.h"
#include "scratch.h"

struct fleet_case fleet_case;

void fleet_case_enter(void)
{
	gpubadge_limits_init(&fleet_case.limits);
	gb_fleet_init(&fleet_case.fleet, &fleet_case.limits);
	fleet_case.err = NO_ERROR;
}

void fleet_case_leave(void)
{
	gb_fleet_done(&fleet_case.fleet);
}

void fleet_case_reset(void)
{
	gb_fleet_done(&fleet_case.fleet);
	gb_fleet_init(&fleet_case.fleet, &fleet_case.limits);
	fleet_case.err = NO_ERROR;
}

enum gpubadge_code read_inventory(struct gb_span text)
{
	int fd = scratch_memory(text);
	enum gpubadge_code code;

	fleet_case_reset();
	code = gb_inventory_read(&fleet_case.fleet, fd, SPAN("host"), &fleet_case.err);
	close(fd);
	return code;
}

static void describe_span(struct gb_bytes *out, const char *before, struct gb_span span)
{
	gb_bytes_format(out, "%s%.*s", before, span.ptr ? (int)span.len : 1,
			span.ptr ? span.ptr : "?");
}

static void describe_server(const struct gb_server *server, struct gb_bytes *out)
{
	describe_span(out, "", server->name);
	describe_span(out, " driver=", server->driver);
	describe_span(out, " cuda=", server->cuda);
	describe_span(out, " arch=", server->architecture);
	gb_bytes_text(out, server->gpus_known ? " gpus=" : " gpus=?");
	for (size_t i = 0; i < server->gpu_count; i++) {
		describe_span(out, i ? "," : "", server->gpus[i].product);
		describe_span(out, "/", server->gpus[i].brand);
		describe_span(out, "/", server->gpus[i].arch);
	}
	gb_bytes_text(out, "\n");
	if (server->note.ptr)
		gb_bytes_format(out, "    %.*s\n", (int)server->note.len, server->note.ptr);
}

void describe_fleet(const struct gb_fleet *fleet, struct gb_bytes *out)
{
	for (size_t i = 0; i < fleet->count; i++)
		describe_server(&fleet->servers[i], out);
}

void reads_at(int line, struct gb_span text, const char *lines)
{
	struct gb_bytes out = gb_bytes_init(SIZE_MAX / 2);
	char *described;

	read_inventory(text);
	expect_error_at(line, &fleet_case.err, GPUBADGE_OK, "");
	describe_fleet(&fleet_case.fleet, &out);
	cr_assert_eq(gb_bytes_take(&out, &described, NULL, &fleet_case.err), GPUBADGE_OK);
	expect_text_at(line, described, lines);
	free(described);
}

void refuses_at(int line, struct gb_span text, enum gpubadge_code code, const char *message)
{
	cr_expect_eq(read_inventory(text), code, "line %d", line);
	expect_error_at(line, &fleet_case.err, code, message);
}

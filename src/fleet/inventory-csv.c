/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "fleet/inventory-formats.h"

#define VERSIONS "NVRM version,CUDA version"
#define DEVICES "Device Index,Device Minor,Model,Brand,GPU UUID,Bus Location,Architecture"

/* Columns of the two headers above. */
enum { NVRM_VERSION, CUDA_VERSION };
enum { MODEL = 2, BRAND = 3, ARCHITECTURE = 6 };

#define NO_COLUMN SIZE_MAX

/* Lines of a text, without blanks around them; blank lines are passed over. */
struct lines {
	struct gb_span rest;
	size_t number;
	struct gb_span line;
};

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

static struct gb_span trim(struct gb_span span)
{
	while (span.len > 0 && is_blank(span.ptr[0]))
		span = gb_span_from(span, 1);
	while (span.len > 0 && is_blank(span.ptr[span.len - 1]))
		span.len--;
	return span;
}

static bool next_line(struct lines *lines)
{
	while (gb_span_split(&lines->rest, '\n', &lines->line)) {
		lines->number++;
		lines->line = trim(lines->line);
		if (lines->line.len > 0)
			return true;
	}
	return false;
}

static size_t count_fields(struct gb_span line)
{
	size_t count = 0;
	struct gb_span field;

	while (gb_span_split(&line, ',', &field))
		count++;
	return count;
}

/* The field at COLUMN; absent if it is empty, or if the line has no such column. */
static struct gb_span field_at(struct gb_span line, size_t column)
{
	struct gb_span field = {NULL, 0};

	for (size_t i = 0; gb_span_split(&line, ',', &field); i++) {
		field = trim(field);
		if (i == column)
			return field.len > 0 ? field : (struct gb_span){NULL, 0};
	}
	return (struct gb_span){NULL, 0};
}

static size_t find_column(struct gb_span header, const char *name)
{
	struct gb_span field;

	for (size_t i = 0; gb_span_split(&header, ',', &field); i++)
		if (gb_span_is(trim(field), name))
			return i;
	return NO_COLUMN;
}

/* Neither tool quotes a field, so a row with another number of them cannot be told apart. */
static enum gpubadge_code check_fields(const struct lines *lines, size_t expected,
				       struct gpubadge_error *err)
{
	size_t found = count_fields(lines->line);

	if (found == expected)
		return GPUBADGE_OK;
	return gb_error_set(err, GPUBADGE_E_SCHEMA, "line %zu: %zu fields where the header has %zu",
			    lines->number, found, expected);
}

/* The GPUs of the one server of a text. */
struct machine {
	struct gb_arena arena;
	struct gb_server server;
	struct gb_gpu *gpus;
	size_t capacity;
};

static void start(struct machine *machine, const struct gb_fleet *fleet, struct gb_span server)
{
	*machine = (struct machine){.server = {.name = server, .gpus_known = true}};
	gb_arena_init(&machine->arena, fleet->limits.result_bytes);
}

static void finish(struct machine *machine)
{
	gb_arena_done(&machine->arena);
}

static bool same_span(struct gb_span a, struct gb_span b)
{
	return !a.ptr == !b.ptr && gb_span_equal(a, b);
}

static enum gpubadge_code add_gpu(struct machine *machine, const struct gb_gpu *gpu,
				  struct gpubadge_error *err)
{
	struct gb_server *server = &machine->server;
	struct gb_gpu *gpus = machine->gpus;
	const struct gb_gpu *last = server->gpu_count ? &gpus[server->gpu_count - 1] : NULL;

	/* As a fleet has it: one of each kind. */
	if (last && same_span(last->product, gpu->product) && same_span(last->brand, gpu->brand) &&
	    same_span(last->arch, gpu->arch))
		return GPUBADGE_OK;
	gpus = gb_arena_grow(&machine->arena, gpus, server->gpu_count, &machine->capacity,
			     sizeof(*gpus), err);
	if (!gpus)
		return err->code;
	gpus[server->gpu_count++] = *gpu;
	machine->gpus = gpus;
	server->gpus = gpus;
	return GPUBADGE_OK;
}

/* --- nvidia-container-cli info --csv --- */

bool gb_inventory_is_container_cli(struct gb_span first_line)
{
	return gb_span_is(trim(first_line), VERSIONS);
}

static enum gpubadge_code read_devices(struct lines *lines, struct machine *machine,
				       struct gpubadge_error *err)
{
	while (next_line(lines)) {
		struct gb_gpu gpu = {
			.product = field_at(lines->line, MODEL),
			.brand = field_at(lines->line, BRAND),
			.arch = field_at(lines->line, ARCHITECTURE),
		};

		if (check_fields(lines, count_fields(gb_span_of(DEVICES)), err) ||
		    add_gpu(machine, &gpu, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

enum gpubadge_code gb_inventory_add_container_cli(struct gb_fleet *fleet, struct gb_span text,
						  struct gb_span server, struct gpubadge_error *err)
{
	GB_CLEANUP(finish) struct machine machine;
	struct lines lines = {.rest = text};

	start(&machine, fleet, server);
	next_line(&lines);
	if (!next_line(&lines))
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "line %zu: no versions after the header \"" VERSIONS "\"",
				    lines.number);
	if (check_fields(&lines, count_fields(gb_span_of(VERSIONS)), err))
		return err->code;
	machine.server.driver = field_at(lines.line, NVRM_VERSION);
	machine.server.cuda = field_at(lines.line, CUDA_VERSION);
	/* The tool writes this header also where there is no device: without it the text is cut. */
	if (!next_line(&lines) || !gb_span_is(lines.line, DEVICES))
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "line %zu: the header \"" DEVICES "\" is missing",
				    lines.number);
	if (read_devices(&lines, &machine, err))
		return err->code;
	return gb_fleet_add(fleet, &machine.server, err);
}

/* --- nvidia-smi --query-gpu=... --format=csv --- */

#define QUERY "--query-gpu=name,driver_version,compute_cap --format=csv"

struct smi_columns {
	size_t name;
	size_t driver;
	size_t arch;
};

static struct smi_columns find_columns(struct gb_span header)
{
	struct smi_columns columns = {
		.name = find_column(header, "name"),
		.driver = find_column(header, "driver_version"),
		.arch = find_column(header, "compute_cap"),
	};

	/* nvidia-smi --help-query-gpu: the other name of the same query. */
	if (columns.name == NO_COLUMN)
		columns.name = find_column(header, "gpu_name");
	return columns;
}

/* The line of a GPU, as --format=csv,noheader begins. */
static bool is_smi_row(struct gb_span line)
{
	static const char *const products[] = {"NVIDIA ", "Tesla ", "GeForce ",
					       "Quadro ", "TITAN ", "GRID "};
	struct gb_span field;

	while (gb_span_split(&line, ',', &field))
		for (size_t i = 0; i < GB_ARRAY_LEN(products); i++)
			if (gb_span_starts(trim(field), products[i]))
				return true;
	return false;
}

bool gb_inventory_is_smi(struct gb_span first_line)
{
	struct smi_columns columns = find_columns(first_line);

	return columns.name != NO_COLUMN || columns.driver != NO_COLUMN ||
	       columns.arch != NO_COLUMN || is_smi_row(first_line);
}

/* "[N/A]", "[Not Supported]", "[Unknown Error]": nvidia-smi does not know either. */
static struct gb_span smi_field(struct gb_span line, size_t column)
{
	struct gb_span field = field_at(line, column);

	return gb_span_starts(field, "[") ? (struct gb_span){NULL, 0} : field;
}

static enum gpubadge_code check_header(struct gb_span header, const struct smi_columns *columns,
				       struct gpubadge_error *err)
{
	if (columns->name != NO_COLUMN)
		return GPUBADGE_OK;
	if (is_smi_row(header))
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "the first line is a GPU, not a header: leave out noheader "
				    "(nvidia-smi " QUERY ")");
	return gb_error_set(err, GPUBADGE_E_SCHEMA,
			    "the column name is missing (nvidia-smi " QUERY ")");
}

static enum gpubadge_code read_driver(const struct lines *lines, size_t column,
				      struct gb_server *server, struct gpubadge_error *err)
{
	struct gb_span driver = smi_field(lines->line, column);

	if (!driver.ptr || gb_span_equal(driver, server->driver))
		return GPUBADGE_OK;
	if (server->driver.ptr)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "line %zu: driver_version %.*s after %.*s: a machine has one "
				    "driver; write a file for each machine",
				    lines->number, gb_inventory_shown(driver), driver.ptr,
				    gb_inventory_shown(server->driver), server->driver.ptr);
	server->driver = driver;
	return GPUBADGE_OK;
}

static enum gpubadge_code read_rows(struct lines *lines, struct machine *machine,
				    struct gpubadge_error *err)
{
	struct smi_columns columns = find_columns(lines->line);
	size_t fields = count_fields(lines->line);

	if (check_header(lines->line, &columns, err))
		return err->code;
	while (next_line(lines)) {
		struct gb_gpu gpu = {
			.product = smi_field(lines->line, columns.name),
			.arch = smi_field(lines->line, columns.arch),
		};

		if (check_fields(lines, fields, err) ||
		    read_driver(lines, columns.driver, &machine->server, err) ||
		    add_gpu(machine, &gpu, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

enum gpubadge_code gb_inventory_add_smi(struct gb_fleet *fleet, struct gb_span text,
					struct gb_span server, struct gpubadge_error *err)
{
	GB_CLEANUP(finish) struct machine machine;
	struct lines lines = {.rest = text};

	start(&machine, fleet, server);
	next_line(&lines);
	if (read_rows(&lines, &machine, err))
		return err->code;
	/* Without a GPU nvidia-smi writes a sentence and no header: the text is cut. */
	if (machine.server.gpu_count == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "no GPU after the header");
	return gb_fleet_add(fleet, &machine.server, err);
}

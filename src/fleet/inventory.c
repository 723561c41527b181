/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/gb-bytes.h"
#include "base/gb-limits.h"
#include "fleet/inventory-formats.h"

#define READ_BYTES ((size_t)64 * 1024)

/* A format of JSON has the first two functions, one of text the others. */
struct format {
	const char *name; /* in the list of what is understood */
	bool (*has_document)(const struct gb_json *document);
	enum gpubadge_code (*add_document)(struct gb_fleet *fleet, const struct gb_json *document,
					   struct gpubadge_error *err);
	bool (*has_text)(struct gb_span first_line);
	enum gpubadge_code (*add_text)(struct gb_fleet *fleet, struct gb_span text,
				       struct gb_span server, struct gpubadge_error *err);
};

/* The first that fits is taken: any array that is none of Nodes is one of servers. */
static const struct format formats[] = {
	{
		.name = "kubectl get nodes -o json",
		.has_document = gb_inventory_is_nodes,
		.add_document = gb_inventory_add_nodes,
	},
	{
		.name = "JSON with servers (see gpubadge(1))",
		.has_document = gb_inventory_is_servers,
		.add_document = gb_inventory_add_servers,
	},
	{
		.name = "nvidia-container-cli info --csv",
		.has_text = gb_inventory_is_container_cli,
		.add_text = gb_inventory_add_container_cli,
	},
	{
		.name = "nvidia-smi --query-gpu=name,driver_version,compute_cap --format=csv",
		.has_text = gb_inventory_is_smi,
		.add_text = gb_inventory_add_smi,
	},
};

int gb_inventory_shown(struct gb_span value)
{
	return (int)gb_span_cut(value, GB_INVENTORY_SHOWN).len;
}

/* FD to its end. */
static enum gpubadge_code read_all(int fd, struct gb_bytes *text, struct gpubadge_error *err)
{
	char beyond;

	for (;;) {
		size_t room = text->ceiling - text->len;
		char *to = gb_bytes_reserve(text, room < READ_BYTES ? room : READ_BYTES);
		ssize_t got;

		if (!to)
			return gb_bytes_check(text, err);
		/* At the ceiling, one byte more tells whether the text ends there. */
		got = room == 0 ? read(fd, &beyond, 1)
				: read(fd, to, room < READ_BYTES ? room : READ_BYTES);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return gb_error_set_errno(err, GPUBADGE_E_IO, errno, "cannot read");
		if (got == 0)
			return GPUBADGE_OK;
		if (room == 0)
			return gb_limit_exceeded(err, "inventory_bytes",
						 "longer than the limit of %zu bytes",
						 text->ceiling);
		gb_bytes_commit(text, (size_t)got);
	}
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* SCHEMA: WHAT is the matter with SHOWN; then all formats by their names. */
static enum gpubadge_code refuse(const char *what, struct gb_span shown, struct gpubadge_error *err)
{
	char understood[256] = "";
	size_t used = 0;

	for (size_t i = 0; i < GB_ARRAY_LEN(formats) && used < sizeof(understood); i++)
		used += (size_t)snprintf(understood + used, sizeof(understood) - used, "%s%s",
					 i ? ", " : "", formats[i].name);
	return gb_error_set(err, GPUBADGE_E_SCHEMA, "%s \"%.*s\"; what is understood: %s", what,
			    gb_inventory_shown(shown), shown.ptr, understood);
}

/* --- JSON: documents one after the other, which one object a line is --- */

struct documents {
	struct gb_span rest;
	size_t line; /* where REST starts, from 1 on */
	bool several;
};

static void skip_space(struct documents *documents)
{
	struct gb_span *rest = &documents->rest;

	while (rest->len > 0 && is_space(rest->ptr[0])) {
		documents->line += rest->ptr[0] == '\n';
		*rest = gb_span_from(*rest, 1);
	}
}

/* The bytes that belong together at the front of REST: up to the bracket that closes the first
 * one; of what starts with no bracket, the line. */
static struct gb_span next_document(struct gb_span rest)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < rest.len; i++) {
		char byte = rest.ptr[i];

		if (quoted && byte == '\\')
			i++;
		else if (byte == '"')
			quoted = !quoted;
		else if (!quoted && (byte == '{' || byte == '['))
			depth++;
		else if (!quoted && depth > 0 && (byte == '}' || byte == ']') && --depth == 0)
			return (struct gb_span){rest.ptr, i + 1};
		else if (depth == 0 && byte == '\n')
			return (struct gb_span){rest.ptr, i};
	}
	return rest;
}

/* A mistake is told with its line in the whole text: line feeds stand for what comes before. */
static enum gpubadge_code parse(const struct gb_fleet *fleet, struct gb_span text, size_t line,
				struct gb_json **ret_document, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_bytes_done) struct gb_bytes padded = gb_bytes_init(SIZE_MAX / 4);
	char *feeds;

	if (!gb_json_parse_within(text, fleet->limits.inventory_values, "inventory_values",
				  ret_document, err))
		return GPUBADGE_OK;
	if (line == 1 || err->code == GPUBADGE_E_NOMEM)
		return err->code;
	gb_error_clear(err);
	feeds = gb_bytes_reserve(&padded, line - 1);
	if (feeds) {
		memset(feeds, '\n', line - 1);
		gb_bytes_commit(&padded, line - 1);
	}
	gb_bytes_append(&padded, text);
	if (gb_bytes_check(&padded, err))
		return err->code;
	return gb_json_parse_within(gb_bytes_span(&padded), fleet->limits.inventory_values,
				    "inventory_values", ret_document, err);
}

static enum gpubadge_code add_document(struct gb_fleet *fleet, const struct gb_json *document,
				       struct gb_span text, struct gpubadge_error *err)
{
	enum gb_json_kind kind = gb_json_kind(document);

	if (kind != GB_JSON_OBJECT && kind != GB_JSON_ARRAY)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "expected a server (an object), found %s",
				    gb_json_kind_name(kind));
	for (size_t i = 0; i < GB_ARRAY_LEN(formats); i++)
		if (formats[i].has_document && formats[i].has_document(document))
			return formats[i].add_document(fleet, document, err);
	return refuse("no server is in", text, err);
}

static enum gpubadge_code add_documents(struct gb_fleet *fleet, struct gb_span text,
					struct gpubadge_error *err)
{
	struct documents documents = {.rest = text, .line = 1};

	skip_space(&documents);
	while (documents.rest.len > 0) {
		GB_CLEANUP(gb_json_freep) struct gb_json *document = NULL;
		struct gb_span part = next_document(documents.rest);
		size_t line = documents.line;

		if (parse(fleet, part, line, &document, err))
			return err->code;
		for (size_t i = 0; i < part.len; i++)
			documents.line += part.ptr[i] == '\n';
		documents.rest = gb_span_from(documents.rest, part.len);
		skip_space(&documents);
		documents.several = documents.several || documents.rest.len > 0;
		if (!add_document(fleet, document, part, err))
			continue;
		return documents.several ? gb_error_wrap(err, "line %zu", line) : err->code;
	}
	return GPUBADGE_OK;
}

/* --- */

/* START is TEXT from its first character on that is no blank. */
static enum gpubadge_code add_text(struct gb_fleet *fleet, struct gb_span text,
				   struct gb_span start, struct gb_span server,
				   struct gpubadge_error *err)
{
	struct gb_span first_line = {start.ptr, gb_span_index(start, '\n')};

	while (is_space(first_line.ptr[first_line.len - 1]))
		first_line.len--;
	for (size_t i = 0; i < GB_ARRAY_LEN(formats); i++)
		if (formats[i].has_text && formats[i].has_text(first_line))
			return formats[i].add_text(fleet, text, server, err);
	return refuse("no inventory of servers: it starts with", first_line, err);
}

static enum gpubadge_code add_all(struct gb_fleet *fleet, struct gb_span text,
				  struct gb_span server, struct gpubadge_error *err)
{
	struct gb_span start;

	/* PowerShell before version 6 redirects in UTF-16; its UTF-8 has a byte order mark. */
	if (gb_span_starts(text, "\xff\xfe") || gb_span_starts(text, "\xfe\xff"))
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "is UTF-16; write it as UTF-8");
	if (gb_span_starts(text, "\xef\xbb\xbf"))
		text = gb_span_from(text, 3);
	start = text;
	while (start.len > 0 && is_space(start.ptr[0]))
		start = gb_span_from(start, 1);
	if (start.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "is empty: no servers in it");
	if (start.ptr[0] == '{' || start.ptr[0] == '[')
		return add_documents(fleet, text, err);
	return add_text(fleet, text, start, server, err);
}

enum gpubadge_code gb_inventory_read(struct gb_fleet *fleet, int fd, struct gb_span server,
				     struct gpubadge_error *err)
{
	uint64_t limit = fleet->limits.inventory_bytes;
	GB_CLEANUP(gb_bytes_done) struct gb_bytes text;
	size_t before = fleet->count;

	text = gb_bytes_init(limit < SIZE_MAX / 4 ? (size_t)limit : SIZE_MAX / 4);
	if (read_all(fd, &text, err) || add_all(fleet, gb_bytes_span(&text), server, err))
		return err->code;
	if (fleet->count == before)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "no servers in it");
	return GPUBADGE_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory-formats.h"

#include <stdio.h>

#include "fleet/node-labels.h"

static const char *const members[] = {"servers",      "name", "driver", "cuda",
				      "architecture", "gpus", "labels"};

bool gb_inventory_is_servers(const struct gb_json *document)
{
	if (gb_json_kind(document) == GB_JSON_ARRAY)
		return true;
	for (size_t i = 0; i < GB_ARRAY_LEN(members); i++)
		if (gb_json_get(document, members[i]))
			return true;
	return false;
}

/* The text of the member KEY; absent if it is not there, null or empty: an inventory made from a
 * template writes "" for what it does not know. */
static enum gpubadge_code read_text(const struct gb_json *object, const char *key,
				    struct gb_span *ret_text, struct gpubadge_error *err)
{
	const struct gb_json *value = gb_json_get(object, key);
	enum gb_json_kind kind = gb_json_kind(value);
	bool number = kind == GB_JSON_INTEGER || kind == GB_JSON_REAL;

	if (value && kind != GB_JSON_STRING)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "%s: expected a string, found %s%s",
				    key, gb_json_kind_name(kind),
				    number ? " (numbers lose zeros: write it in quotes)" : "");
	*ret_text = gb_json_string(value);
	if (ret_text->len == 0)
		*ret_text = (struct gb_span){NULL, 0};
	return GPUBADGE_OK;
}

static enum gpubadge_code read_gpus(const struct gb_json *array, struct gb_arena *arena,
				    struct gb_server *server, struct gpubadge_error *err)
{
	size_t count = gb_json_size(array);
	struct gb_gpu *gpus = gb_arena_alloc(arena, (count + 1) * sizeof(*gpus), err);

	if (!gpus)
		return err->code;
	for (size_t i = 0; i < count; i++) {
		const struct gb_json *gpu = gb_json_at(array, i);

		if (gb_json_kind(gpu) != GB_JSON_OBJECT)
			return gb_error_set(err, GPUBADGE_E_SCHEMA,
					    "gpus[%zu]: expected an object, found %s", i,
					    gb_json_kind_name(gb_json_kind(gpu)));
		if (read_text(gpu, "product", &gpus[i].product, err) ||
		    read_text(gpu, "brand", &gpus[i].brand, err) ||
		    read_text(gpu, "arch", &gpus[i].arch, err))
			return gb_error_wrap(err, "gpus[%zu]", i);
	}
	server->gpus = gpus;
	server->gpu_count = count;
	server->gpus_known = true;
	return GPUBADGE_OK;
}

static enum gpubadge_code read_facts(const struct gb_json *value, struct gb_arena *arena,
				     struct gb_server *server, struct gpubadge_error *err)
{
	const struct gb_json *gpus = NULL, *labels = NULL;

	if (read_text(value, "driver", &server->driver, err) ||
	    read_text(value, "cuda", &server->cuda, err) ||
	    read_text(value, "architecture", &server->architecture, err) ||
	    gb_json_get_kind(value, "gpus", GB_JSON_ARRAY, &gpus, err) ||
	    gb_json_get_kind(value, "labels", GB_JSON_OBJECT, &labels, err))
		return err->code;
	/* As uname(1) writes them. */
	if (gb_span_is(server->architecture, "x86_64"))
		server->architecture = gb_span_of("amd64");
	else if (gb_span_is(server->architecture, "aarch64"))
		server->architecture = gb_span_of("arm64");
	if (gpus && read_gpus(gpus, arena, server, err))
		return err->code;
	if (gb_node_labels_fill(server, labels, GB_PRESENCE_UNKNOWN, arena, err))
		return err->code == GPUBADGE_E_SCHEMA ? gb_error_wrap(err, "labels") : err->code;
	return GPUBADGE_OK;
}

static enum gpubadge_code read_name(const struct gb_json *value, struct gb_span *ret_name,
				    struct gpubadge_error *err)
{
	if (gb_json_kind(value) != GB_JSON_OBJECT)
		return gb_error_set(err, GPUBADGE_E_SCHEMA,
				    "expected a server (an object), found %s",
				    gb_json_kind_name(gb_json_kind(value)));
	if (read_text(value, "name", ret_name, err))
		return err->code;
	if (!ret_name->ptr)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "name: %s",
				    gb_json_get(value, "name") ? "is empty" : "missing");
	return GPUBADGE_OK;
}

/* PLACE stands for the server in messages until its name is known. */
static enum gpubadge_code add_server(struct gb_fleet *fleet, const struct gb_json *value,
				     const char *place, struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	struct gb_server server = {.gpu_count = 0};

	gb_arena_init(&arena, fleet->limits.result_bytes);
	if (read_name(value, &server.name, err))
		return place ? gb_error_wrap(err, "%s", place) : err->code;
	if (read_facts(value, &arena, &server, err))
		return gb_error_wrap(err, "server \"%.*s\"", gb_inventory_shown(server.name),
				     server.name.ptr);
	return gb_fleet_add(fleet, &server, err);
}

enum gpubadge_code gb_inventory_add_servers(struct gb_fleet *fleet, const struct gb_json *document,
					    struct gpubadge_error *err)
{
	bool array = gb_json_kind(document) == GB_JSON_ARRAY;
	const struct gb_json *servers = document;

	if (!array && !gb_json_get(document, "servers"))
		return add_server(fleet, document, NULL, err);
	if (!array && gb_json_get_kind(document, "servers", GB_JSON_ARRAY, &servers, err))
		return err->code;
	for (size_t i = 0; i < gb_json_size(servers); i++) {
		char place[40];

		snprintf(place, sizeof(place), "%s[%zu]", array ? "" : "servers", i);
		if (add_server(fleet, gb_json_at(servers, i), place, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

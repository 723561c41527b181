/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/inventory-formats.h"

#include <stdio.h>

#include "fleet/node-labels.h"

#define HOW "kubectl get nodes -o json writes Nodes"

static bool is_kubernetes(const struct gb_json *value)
{
	return gb_json_kind(gb_json_get(value, "kind")) == GB_JSON_STRING &&
	       !gb_json_get(value, "name") && !gb_json_get(value, "servers");
}

bool gb_inventory_is_nodes(const struct gb_json *document)
{
	if (gb_json_kind(document) == GB_JSON_ARRAY)
		document = gb_json_at(document, 0);
	return is_kubernetes(document);
}

static bool is_gpu_resource(struct gb_span name)
{
	/* k8s-device-plugin, internal/rm/rm.go and docs: the second is the name with
	 * renameByDefault, the third that of a MIG slice. */
	return gb_span_is(name, "nvidia.com/gpu") || gb_span_is(name, "nvidia.com/gpu.shared") ||
	       gb_span_starts(name, "nvidia.com/mig-");
}

/* Quantities of devices are whole numbers. */
static bool is_none(const struct gb_json *quantity)
{
	char number[32];
	struct gb_span text = gb_json_scalar(quantity, number);

	return text.len == 0 || gb_span_is(text, "0");
}

/* What the resources of OBJECT, the capacity or what of it can be allocated, say of GPUs. A
 * device plugin that has failed leaves a zero behind: that is no evidence of a node without. */
static enum gb_presence presence(const struct gb_json *object)
{
	enum gb_presence found = GB_PRESENCE_UNKNOWN;
	const struct gb_json *quantity;
	struct gb_span name;
	void *cursor = NULL;
	bool nvidia = false;

	while (gb_json_next(object, &cursor, &name, &quantity)) {
		if (is_gpu_resource(name) && !is_none(quantity))
			return GB_PRESENCE_SOME;
		if (gb_span_starts(name, "nvidia.com/"))
			nvidia = true;
		found = GB_PRESENCE_NONE;
	}
	return nvidia ? GB_PRESENCE_UNKNOWN : found;
}

static enum gpubadge_code read_resources(const struct gb_json *status,
					 enum gb_presence *ret_presence, struct gpubadge_error *err)
{
	const struct gb_json *capacity = NULL, *allocatable = NULL;

	if (gb_json_get_kind(status, "capacity", GB_JSON_OBJECT, &capacity, err) ||
	    gb_json_get_kind(status, "allocatable", GB_JSON_OBJECT, &allocatable, err))
		return gb_error_wrap(err, "status");
	*ret_presence = presence(capacity);
	if (presence(allocatable) == GB_PRESENCE_SOME)
		*ret_presence = GB_PRESENCE_SOME;
	return GPUBADGE_OK;
}

/* Labels come first: gb_node_labels_fill() takes what is stated for given. */
static enum gpubadge_code read_facts(const struct gb_json *node, const struct gb_json *metadata,
				     struct gb_arena *arena, struct gb_server *server,
				     struct gpubadge_error *err)
{
	const struct gb_json *labels = NULL, *status = NULL, *info = NULL;
	enum gb_presence resources = GB_PRESENCE_UNKNOWN;

	if (gb_json_get_kind(metadata, "labels", GB_JSON_OBJECT, &labels, err))
		return gb_error_wrap(err, "metadata");
	if (gb_json_get_kind(node, "status", GB_JSON_OBJECT, &status, err) ||
	    read_resources(status, &resources, err))
		return err->code;
	if (gb_json_get_kind(status, "nodeInfo", GB_JSON_OBJECT, &info, err))
		return gb_error_wrap(err, "status");
	if (gb_node_labels_fill(server, labels, resources, arena, err))
		return err->code == GPUBADGE_E_SCHEMA ? gb_error_wrap(err, "metadata.labels")
						      : err->code;
	if (!server->architecture.ptr &&
	    gb_json_get_string(info, "architecture", &server->architecture, err))
		return gb_error_wrap(err, "status.nodeInfo");
	if (!server->gpus_known && !server->note.ptr)
		server->note = gb_span_of("neither the labels nor the capacity of the node tell "
					  "whether it has NVIDIA GPUs");
	return GPUBADGE_OK;
}

static enum gpubadge_code read_name(const struct gb_json *node, const struct gb_json **ret_metadata,
				    struct gb_span *ret_name, struct gpubadge_error *err)
{
	if (gb_json_get_kind(node, "metadata", GB_JSON_OBJECT, ret_metadata, err))
		return err->code;
	if (gb_json_get_string(*ret_metadata, "name", ret_name, err))
		return gb_error_wrap(err, "metadata");
	if (ret_name->len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "metadata.name: missing");
	return GPUBADGE_OK;
}

/* Is VALUE a Node? UNTYPED is the kind of what states none, or NULL. */
static enum gpubadge_code check_kind(const struct gb_json *value, const char *untyped,
				     struct gpubadge_error *err)
{
	struct gb_span kind = {NULL, 0}, name;

	if (gb_json_kind(value) != GB_JSON_OBJECT)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "expected a Node (an object), found %s",
				    gb_json_kind_name(gb_json_kind(value)));
	if (gb_json_get_string(value, "kind", &kind, err))
		return err->code;
	if (!kind.ptr)
		kind = gb_span_of(untyped);
	if (gb_span_is(kind, "Node"))
		return GPUBADGE_OK;
	if (kind.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "kind: missing; " HOW);
	name = gb_json_string(gb_json_get(gb_json_get(value, "metadata"), "name"));
	if (name.len == 0)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "is a %.*s, not a Node; " HOW,
				    gb_inventory_shown(kind), kind.ptr);
	return gb_error_set(err, GPUBADGE_E_SCHEMA, "\"%.*s\" is a %.*s, not a Node; " HOW,
			    gb_inventory_shown(name), name.ptr, gb_inventory_shown(kind), kind.ptr);
}

/* PLACE stands for the node in messages until its name is known. */
static enum gpubadge_code add_node(struct gb_fleet *fleet, const struct gb_json *node,
				   const char *untyped, const char *place,
				   struct gpubadge_error *err)
{
	GB_CLEANUP(gb_arena_done) struct gb_arena arena;
	const struct gb_json *metadata = NULL;
	struct gb_server server = {.gpu_count = 0};

	gb_arena_init(&arena, fleet->limits.result_bytes);
	if (check_kind(node, untyped, err) || read_name(node, &metadata, &server.name, err))
		return place ? gb_error_wrap(err, "%s", place) : err->code;
	if (read_facts(node, metadata, &arena, &server, err))
		return gb_error_wrap(err, "node \"%.*s\"", gb_inventory_shown(server.name),
				     server.name.ptr);
	return gb_fleet_add(fleet, &server, err);
}

enum gpubadge_code gb_inventory_add_nodes(struct gb_fleet *fleet, const struct gb_json *document,
					  struct gpubadge_error *err)
{
	bool array = gb_json_kind(document) == GB_JSON_ARRAY;
	struct gb_span kind = gb_json_string(gb_json_get(document, "kind"));
	/* The server of the API names the kind in a NodeList once, kubectl in each item. */
	const char *untyped = gb_span_is(kind, "NodeList") ? "Node" : NULL;
	const struct gb_json *items = document;

	if (!array && !untyped && !gb_span_is(kind, "List"))
		return add_node(fleet, document, NULL, NULL, err);
	if (!array && gb_json_get_kind(document, "items", GB_JSON_ARRAY, &items, err))
		return err->code;
	if (!items)
		return gb_error_set(err, GPUBADGE_E_SCHEMA, "items: missing; " HOW);
	for (size_t i = 0; i < gb_json_size(items); i++) {
		char place[40];

		snprintf(place, sizeof(place), "%s[%zu]", array ? "" : "items", i);
		if (add_node(fleet, gb_json_at(items, i), untyped, place, err))
			return err->code;
	}
	return GPUBADGE_OK;
}

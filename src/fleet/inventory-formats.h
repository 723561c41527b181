/* SPDX-License-Identifier: Apache-2.0 */

/* The formats of inventories; what reads them includes this, nothing else does. A format of JSON
 * tells by a document whether it is its own, one of text by the first line. */
#ifndef GB_FLEET_INVENTORY_FORMATS_H
#define GB_FLEET_INVENTORY_FORMATS_H

#include "base/gb-json.h"
#include "fleet/fleet.h"

/* Bytes of a foreign value that a message shows. */
#define GB_INVENTORY_SHOWN 60

/* The precision of "%.*s" for VALUE. */
int gb_inventory_shown(struct gb_span value);

/* Our own JSON: {"servers": [...]}, an array of servers, or one. */
bool gb_inventory_is_servers(const struct gb_json *document);
enum gpubadge_code gb_inventory_add_servers(struct gb_fleet *fleet, const struct gb_json *document,
					    struct gpubadge_error *err) GB_MUST_CHECK;

/* Kubernetes: a List or NodeList, an array of Nodes, or one. */
bool gb_inventory_is_nodes(const struct gb_json *document);
enum gpubadge_code gb_inventory_add_nodes(struct gb_fleet *fleet, const struct gb_json *document,
					  struct gpubadge_error *err) GB_MUST_CHECK;

/* nvidia-container-cli info --csv (libnvidia-container, src/cli/info.c) */
bool gb_inventory_is_container_cli(struct gb_span first_line);
enum gpubadge_code gb_inventory_add_container_cli(struct gb_fleet *fleet, struct gb_span text,
						  struct gb_span server, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* nvidia-smi --query-gpu=... --format=csv (nvidia-smi(1)), also without its header or without
 * the column that is needed: then reading it says so. */
bool gb_inventory_is_smi(struct gb_span first_line);
enum gpubadge_code gb_inventory_add_smi(struct gb_fleet *fleet, struct gb_span text,
					struct gb_span server, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif

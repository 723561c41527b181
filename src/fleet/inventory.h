/* SPDX-License-Identifier: Apache-2.0 */

/* Inventories of servers in the formats people have, told by content: our own JSON (see
 * gpubadge(1)), `kubectl get nodes -o json`, both also one object a line, `nvidia-container-cli
 * info --csv`, and `nvidia-smi --query-gpu=... --format=csv`. */
#ifndef GB_FLEET_INVENTORY_H
#define GB_FLEET_INVENTORY_H

#include "fleet/fleet.h"

/* Reads FD, which stays the caller's, to its end, at most limits.inventory_bytes, and adds the
 * servers. SERVER names the one server of a format that names none. SCHEMA or JSON if the text
 * is no inventory, or something in it has the wrong type; the message names the server and the
 * field. */
enum gpubadge_code gb_inventory_read(struct gb_fleet *fleet, int fd, struct gb_span server,
				     struct gpubadge_error *err) GB_MUST_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */

/* What the labels of a node tell of a server: those of NVIDIA's GPU Feature Discovery, of Node
 * Feature Discovery, and of Kubernetes itself. */
#ifndef GB_FLEET_NODE_LABELS_H
#define GB_FLEET_NODE_LABELS_H

#include "base/gb-json.h"
#include "fleet/fleet.h"

enum gb_presence { GB_PRESENCE_UNKNOWN, GB_PRESENCE_NONE, GB_PRESENCE_SOME };

/* Fills what SERVER does not state from LABELS (NULL: there are none). RESOURCES is what the
 * capacity of the node says of its NVIDIA GPUs. A label that should hold a version and does not
 * is no error: the fact stays unknown, and the note says why. SCHEMA if a label that is read is
 * no string. What SERVER borrows afterwards belongs to LABELS and ARENA. */
enum gpubadge_code gb_node_labels_fill(struct gb_server *server, const struct gb_json *labels,
				       enum gb_presence resources, struct gb_arena *arena,
				       struct gpubadge_error *err) GB_MUST_CHECK;

#endif

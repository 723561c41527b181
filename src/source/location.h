/* SPDX-License-Identifier: Apache-2.0 */

/* Where an image is: an argument of the command line taken apart. Transport names and their
 * syntax are those of containers-transports(5). */
#ifndef GB_SOURCE_LOCATION_H
#define GB_SOURCE_LOCATION_H

#include "base/gb-arena.h"

enum gb_transport {
	GB_TRANSPORT_ANY, /* a bare path: told by content */
	GB_TRANSPORT_DOCKER_ARCHIVE,
	GB_TRANSPORT_OCI_ARCHIVE,
	GB_TRANSPORT_OCI,
	GB_TRANSPORT_DIR,
};

struct gb_location {
	enum gb_transport transport;
	const char *path;
	const char *reference; /* what stood behind PATH, or NULL */
};

/* NULL for GB_TRANSPORT_ANY. */
const char *gb_transport_name(enum gb_transport transport);

/* Takes ARGUMENT apart; the strings live in ARENA or are ARGUMENT. An argument that names an
 * existing file is a path, whatever it looks like. UNSUPPORTED for transports known elsewhere,
 * USAGE if the path is empty. */
enum gpubadge_code gb_location_parse(const char *argument, struct gb_arena *arena,
				     struct gb_location *ret_location, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Is FD something that can hold an image? Devices are refused: some never end. */
enum gpubadge_code gb_location_check(int fd, bool *ret_is_directory, struct gpubadge_error *err)
	GB_MUST_CHECK;

/* Opens the path for reading. *RET_IS_DIRECTORY tells what it is; devices are refused. */
enum gpubadge_code gb_location_open(const struct gb_location *location, int *ret_fd,
				    bool *ret_is_directory, struct gpubadge_error *err)
	GB_MUST_CHECK;

#endif

/* SPDX-License-Identifier: Apache-2.0 */

/* The images given on the command line, as all verbs read them. */
#ifndef GB_CLI_IMAGES_H
#define GB_CLI_IMAGES_H

#include "cli/output.h"

/* Is there an image, and is standard input asked for at most once, and no terminal? False after
 * a message. */
bool cli_images_check(const struct cli_options *options, char *const *images, size_t count);

/* Inspects IMAGE. False after a message and, with --json, an object that says so in its place. */
bool cli_image_open(const char *image, const struct cli_options *options,
		    const struct gpubadge_style *style, struct cli_output *output,
		    struct gpubadge_result **ret_result);

/* Writes the JSON object that stands for IMAGE, which failed. */
void cli_write_failure(const char *image, const struct gpubadge_error *failure,
		       const struct gpubadge_style *style, struct cli_output *output);

/* How the DOCUMENTs of a run are written. */
struct gpubadge_style cli_style(const struct cli_options *options, const struct cli_output *output,
				enum gpubadge_document document);

/* Complains about ERR, which is trouble. */
enum cli_status cli_fail(const struct gpubadge_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/images.h"

#include <string.h>
#include <unistd.h>

static bool is_stdin(const char *name)
{
	return strcmp(name, "-") == 0;
}

bool cli_images_check(const struct cli_options *options, char *const *images, size_t count)
{
	size_t images_of_stdin = 0, uses;

	if (count == 0) {
		cli_complain("no image given; \"-\" reads standard input");
		return false;
	}
	for (size_t i = 0; i < count; i++)
		images_of_stdin += is_stdin(images[i]);
	uses = images_of_stdin;
	for (size_t i = 0; i < options->inventory_count; i++)
		uses += is_stdin(options->inventories[i]);
	if (uses > 1) {
		cli_complain("standard input can be read only once");
		return false;
	}
	if (images_of_stdin == 1 && isatty(STDIN_FILENO)) {
		cli_complain("standard input is a terminal; pipe an image in, as in: docker save "
			     "NAME | gpubadge -");
		return false;
	}
	return true;
}

enum cli_status cli_fail(const struct gpubadge_error *err)
{
	cli_complain("%s", err->text);
	return CLI_TROUBLE;
}

void cli_write_failure(const char *image, const struct gpubadge_error *failure,
		       const struct gpubadge_style *style, struct cli_output *output)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	if (gpubadge_failure_render(image, failure, style, &text, &size, &err)) {
		cli_fail(&err);
		return;
	}
	cli_output_write(output, text, size);
	gpubadge_free(text);
}

bool cli_image_open(const char *image, const struct cli_options *options,
		    const struct gpubadge_style *style, struct cli_output *output,
		    struct gpubadge_result **ret_result)
{
	const struct gpubadge_options how = {
		.size = sizeof(how),
		.platform = options->platform,
		.reference = options->reference,
		.limits = &options->limits,
	};
	struct gpubadge_error err;
	enum gpubadge_code code;

	code = is_stdin(image) ? gpubadge_inspect_fd(STDIN_FILENO, image, &how, ret_result, &err)
			       : gpubadge_inspect(image, &how, ret_result, &err);
	if (code) {
		cli_fail(&err);
		if (options->mode == CLI_MODE_JSON)
			cli_write_failure(image, &err, style, output);
	}
	return !code;
}

struct gpubadge_style cli_style(const struct cli_options *options, const struct cli_output *output,
				enum gpubadge_document document)
{
	return (struct gpubadge_style){
		.size = sizeof(struct gpubadge_style),
		.format = options->mode == CLI_MODE_JSON ? GPUBADGE_FORMAT_JSON
							 : GPUBADGE_FORMAT_TEXT,
		.colour = options->output && options->colour == CLI_COLOUR_AUTO
				  ? GPUBADGE_COLOUR_NONE
				  : cli_colour(options->colour, STDOUT_FILENO),
		.indent = output->is_terminal,
		.environment = options->environment,
		.document = document,
		.width = output->is_terminal ? cli_width(STDOUT_FILENO) : 0,
	};
}

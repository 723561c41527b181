/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/images.h"

/* What a run over all images carries along. */
struct matching {
	const struct cli_options *options;
	struct gpubadge_style style;
	struct cli_output output;
	struct gpubadge_fleet *fleet;
};

/* --- servers --- */

static bool add_inventory(struct gpubadge_fleet *fleet, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct gpubadge_error err;
	enum gpubadge_code code;

	if (fd < 0) {
		cli_complain("--servers %s: %s", path, strerror(errno));
		return false;
	}
	code = gpubadge_fleet_add_inventory(fleet, fd, is_stdin ? "stdin" : path, &err);
	if (!is_stdin)
		close(fd);
	if (code)
		cli_fail(&err);
	return !code;
}

static bool fill_fleet(struct gpubadge_fleet *fleet, const struct cli_options *options)
{
	struct gpubadge_error err;

	for (size_t i = 0; i < options->inventory_count; i++)
		if (!add_inventory(fleet, options->inventories[i]))
			return false;
	for (size_t i = 0; i < options->catalog_count; i++) {
		if (gpubadge_fleet_add_catalog(fleet, options->catalogs[i], &err)) {
			cli_complain("--catalog: %s", err.text);
			return false;
		}
	}
	if ((options->host && gpubadge_fleet_add_host(fleet, &err)) ||
	    gpubadge_fleet_settle(fleet, options->driver, &err)) {
		cli_fail(&err);
		return false;
	}
	return true;
}

static struct gpubadge_fleet *open_fleet(const struct cli_options *options)
{
	struct gpubadge_fleet *fleet;
	struct gpubadge_error err;

	if (options->inventory_count == 0 && options->catalog_count == 0 && !options->host) {
		cli_complain("no servers given; use --servers FILE, --host or --catalog CLOUD");
		return NULL;
	}
	if (gpubadge_fleet_new(&options->limits, &fleet, &err)) {
		cli_fail(&err);
		return NULL;
	}
	if (!fill_fleet(fleet, options)) {
		gpubadge_fleet_free(fleet);
		return NULL;
	}
	return fleet;
}

/* --- images --- */

static enum cli_status judge(const struct gpubadge_match *match)
{
	if (gpubadge_match_count(match, GPUBADGE_YES) > 0)
		return CLI_YES;
	return gpubadge_match_count(match, GPUBADGE_UNKNOWN) > 0 ? CLI_UNKNOWN : CLI_NO;
}

/* A table or JSON of one match, or the names. */
static enum cli_status write_match(struct matching *matching, const struct gpubadge_match *match)
{
	struct gpubadge_error err;
	enum gpubadge_code code;
	char *text;
	size_t size;

	code = matching->options->mode == CLI_MODE_NAMES
		       ? gpubadge_match_names(match, &text, &size, &err)
		       : gpubadge_match_render(match, &matching->style, &text, &size, &err);
	if (code)
		return cli_fail(&err);
	cli_output_write(&matching->output, text, size);
	gpubadge_free(text);
	return CLI_YES;
}

/* Matches each report of RESULT, and writes what is to be written. */
static enum cli_status match_result(struct matching *matching, const struct gpubadge_result *result)
{
	enum cli_status status = CLI_YES;

	for (size_t i = 0; i < gpubadge_result_count(result); i++) {
		struct gpubadge_match *match;
		struct gpubadge_error err;

		if (gpubadge_match_new(gpubadge_result_report(result, i), matching->fleet, &match,
				       &err))
			return cli_fail(&err);
		if (matching->options->mode != CLI_MODE_QUIET)
			status = cli_worse(status, write_match(matching, match));
		status = cli_worse(status, judge(match));
		gpubadge_match_free(match);
	}
	return status;
}

static size_t count_reports(struct gpubadge_result *const *results, size_t count)
{
	size_t reports = 0;

	for (size_t i = 0; i < count; i++)
		reports += gpubadge_result_count(results[i]);
	return reports;
}

static enum cli_status write_matrix(struct matching *matching,
				    struct gpubadge_match *const *matches, size_t count)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	if (gpubadge_matrix_render((const struct gpubadge_match *const *)matches, count,
				   &matching->style, &text, &size, &err))
		return cli_fail(&err);
	cli_output_write(&matching->output, text, size);
	gpubadge_free(text);
	return CLI_YES;
}

/* One table of all reports of RESULTS. */
static enum cli_status match_together(struct matching *matching,
				      struct gpubadge_result *const *results, size_t count)
{
	struct gpubadge_match **matches = calloc(count_reports(results, count), sizeof(*matches));
	enum cli_status status = CLI_YES;
	struct gpubadge_error err;
	size_t made = 0;

	if (!matches) {
		cli_complain("out of memory");
		return CLI_TROUBLE;
	}
	for (size_t i = 0; i < count && status != CLI_TROUBLE; i++) {
		for (size_t j = 0; j < gpubadge_result_count(results[i]); j++) {
			if (gpubadge_match_new(gpubadge_result_report(results[i], j),
					       matching->fleet, &matches[made], &err)) {
				status = cli_fail(&err);
				break;
			}
			status = cli_worse(status, judge(matches[made++]));
		}
	}
	if (status != CLI_TROUBLE)
		status = cli_worse(status, write_matrix(matching, matches, made));
	for (size_t i = 0; i < made; i++)
		gpubadge_match_free(matches[i]);
	free(matches);
	return status;
}

static enum cli_status refuse_names(void)
{
	cli_complain("--names prints the servers for one image, and there are more; pick one with "
		     "--ref or --platform");
	return CLI_TROUBLE;
}

/* Keeps the results of all images until the last is read, for one table. */
static enum cli_status match_tables(struct matching *matching, char *const *images, size_t count)
{
	struct gpubadge_result **results = calloc(count, sizeof(*results));
	enum cli_status status = CLI_YES;
	size_t opened = 0;

	if (!results) {
		cli_complain("out of memory");
		return CLI_TROUBLE;
	}
	for (size_t i = 0; i < count; i++) {
		if (cli_image_open(images[i], matching->options, &matching->style,
				   &matching->output, &results[opened]))
			opened++;
		else
			status = CLI_TROUBLE;
	}
	if (count_reports(results, opened) == 1)
		status = cli_worse(status, match_result(matching, results[0]));
	else if (opened > 0)
		status = cli_worse(status, match_together(matching, results, opened));
	for (size_t i = 0; i < opened; i++)
		gpubadge_result_free(results[i]);
	free(results);
	return status;
}

/* Each image by itself: what is written does not wait for the next. */
static enum cli_status match_one_by_one(struct matching *matching, char *const *images,
					size_t count)
{
	enum cli_status status = CLI_YES;

	for (size_t i = 0; i < count; i++) {
		struct gpubadge_result *result;

		if (!cli_image_open(images[i], matching->options, &matching->style,
				    &matching->output, &result)) {
			status = CLI_TROUBLE;
			continue;
		}
		if (matching->options->mode == CLI_MODE_NAMES && gpubadge_result_count(result) > 1)
			status = refuse_names();
		else
			status = cli_worse(status, match_result(matching, result));
		gpubadge_result_free(result);
	}
	return status;
}

static enum cli_status run(const struct cli_options *options, char *const *images, size_t count)
{
	struct matching matching = {.options = options};
	enum cli_status status;

	if (!cli_images_check(options, images, count))
		return CLI_TROUBLE;
	if (options->mode == CLI_MODE_NAMES && count > 1)
		return refuse_names();
	matching.fleet = open_fleet(options);
	if (!matching.fleet)
		return CLI_TROUBLE;
	if (!cli_output_open(&matching.output, options->output)) {
		gpubadge_fleet_free(matching.fleet);
		return CLI_TROUBLE;
	}
	matching.style = cli_style(options, &matching.output, GPUBADGE_DOCUMENT_MATCH);
	status = options->mode == CLI_MODE_TEXT ? match_tables(&matching, images, count)
						: match_one_by_one(&matching, images, count);
	if (!cli_output_close(&matching.output))
		status = CLI_TROUBLE;
	gpubadge_fleet_free(matching.fleet);
	return status;
}

const struct cli_command cli_match = {
	.name = "match",
	.arguments = "IMAGE...",
	.summary = "tell which servers can run each image, and why",
	.verb = CLI_VERB_MATCH,
	.run = run,
};

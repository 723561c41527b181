/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/output.h"

/* What a run carries along: the badge goes to standard error, the report where it is wanted. */
struct passage {
	const struct cli_options *options;
	struct gpubadge_style badge;
	struct gpubadge_style report;
	struct cli_output output;
};

static const char image[] = "-";

static enum cli_status complain_about(const struct gpubadge_error *err)
{
	cli_complain("%s", err->text);
	return CLI_TROUBLE;
}

static enum cli_status write_badge(const struct passage *passage,
				   const struct gpubadge_report *report)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	if (gpubadge_report_render(report, &passage->badge, &text, &size, &err))
		return complain_about(&err);
	fwrite(text, 1, size, stderr);
	gpubadge_free(text);
	return CLI_YES;
}

static enum cli_status write_report(struct passage *passage, const struct gpubadge_report *report)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	if (!passage->options->report)
		return CLI_YES;
	if (gpubadge_report_render(report, &passage->report, &text, &size, &err))
		return complain_about(&err);
	cli_output_write(&passage->output, text, size);
	gpubadge_free(text);
	return CLI_YES;
}

static enum cli_status fail(struct passage *passage, const struct gpubadge_error *failure)
{
	struct gpubadge_error err;
	char *text;
	size_t size;

	complain_about(failure);
	if (!passage->options->report)
		return CLI_TROUBLE;
	if (gpubadge_failure_render(image, failure, &passage->report, &text, &size, &err))
		return complain_about(&err);
	cli_output_write(&passage->output, text, size);
	gpubadge_free(text);
	return CLI_TROUBLE;
}

/* What the report means for the exit status. */
static enum cli_status judge(const struct cli_options *options,
			     const struct gpubadge_report *report)
{
	if (options->exit_code)
		return gpubadge_report_gpu(report) ? CLI_YES : CLI_NO;
	return gpubadge_report_undetermined(report) ? CLI_UNKNOWN : CLI_YES;
}

static enum cli_status pass_on(struct passage *passage)
{
	const struct gpubadge_copy copy = {
		.size = sizeof(copy),
		.fd = STDOUT_FILENO,
		.name = "standard output",
		.stop_on_failure = passage->options->fail_fast,
	};
	const struct gpubadge_options options = {
		.size = sizeof(options),
		.platform = passage->options->platform,
		.reference = passage->options->reference,
		.limits = &passage->options->limits,
		.copy = &copy,
	};
	enum cli_status status = CLI_YES;
	struct gpubadge_result *result;
	struct gpubadge_error err;

	if (gpubadge_inspect_fd(STDIN_FILENO, image, &options, &result, &err))
		return fail(passage, &err);
	for (size_t i = 0; i < gpubadge_result_count(result); i++) {
		const struct gpubadge_report *report = gpubadge_result_report(result, i);

		status = cli_worse(status, write_badge(passage, report));
		status = cli_worse(status, write_report(passage, report));
		status = cli_worse(status, judge(passage->options, report));
	}
	gpubadge_result_free(result);
	return status;
}

static bool check_streams(void)
{
	if (isatty(STDIN_FILENO))
		cli_complain("standard input is a terminal; pipe an image in, as in: docker save "
			     "NAME | gpubadge tee | upload");
	else if (isatty(STDOUT_FILENO))
		cli_complain("standard output is a terminal; pipe the image on, as in: docker save "
			     "NAME | gpubadge tee | upload");
	else
		return true;
	return false;
}

/* Some file systems tell only now that a file got less than was written to it. */
static enum cli_status close_stdout(void)
{
	if (close(STDOUT_FILENO) == 0 || errno == EBADF)
		return CLI_YES;
	cli_complain("standard output: %s; what was passed on is not complete", strerror(errno));
	return CLI_TROUBLE;
}

static enum cli_status run(const struct cli_options *options, char *const *arguments, size_t count)
{
	struct passage passage = {
		.options = options,
		.badge = {.size = sizeof(passage.badge),
			  .format = GPUBADGE_FORMAT_TEXT,
			  .colour = cli_colour(options->colour, STDERR_FILENO),
			  .environment = options->environment},
		.report = {.size = sizeof(passage.report),
			   .format = GPUBADGE_FORMAT_JSON,
			   .environment = options->environment},
	};
	enum cli_status status;

	if (count > 0) {
		cli_complain("tee takes no argument, found \"%s\"; it reads standard input",
			     arguments[0]);
		return CLI_TROUBLE;
	}
	if (!check_streams() ||
	    (options->report && !cli_output_open_place(&passage.output, options->report)))
		return CLI_TROUBLE;
	/* A reader that stopped is an error to report, not the end without a word. */
	signal(SIGPIPE, SIG_IGN);
	status = pass_on(&passage);
	/* Before the reader behind the pipe sees the end and may look for the report. */
	if (options->report && !cli_output_close(&passage.output))
		status = CLI_TROUBLE;
	return cli_worse(status, close_stdout());
}

const struct cli_command cli_tee = {
	.name = "tee",
	.arguments = "",
	.summary = "pass standard input on, report on the image in it",
	.verb = CLI_VERB_TEE,
	.run = run,
};

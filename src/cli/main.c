/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static const struct cli_command *const commands[] = {
	&cli_inspect, &cli_match, &cli_explain, &cli_tee, &cli_tables, &cli_schema,
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

enum cli_status cli_worse(enum cli_status a, enum cli_status b)
{
	static const int rank[] = {
		[CLI_YES] = 0,
		[CLI_NO] = 1,
		[CLI_UNKNOWN] = 2,
		[CLI_TROUBLE] = 3,
	};

	return rank[a] > rank[b] ? a : b;
}

static const struct cli_command *find_command(const char *name)
{
	for (size_t i = 0; name && i < COMMANDS; i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

static enum cli_status flush_stdout(void)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return CLI_YES;
	cli_complain("cannot write to standard output");
	return CLI_TROUBLE;
}

static enum cli_status print_version(void)
{
	printf("gpubadge %s\nCUDA and driver tables: %s\nfeatures: %s\n", gpubadge_version(),
	       gpubadge_tables_date(), gpubadge_features());
	return flush_stdout();
}

/* The help of COMMAND, or of the whole program. */
static enum cli_status print_help(const struct cli_command *command)
{
	if (command) {
		printf("usage: gpubadge %s [OPTIONS]%s%s\n\n%s\n\n", command->name,
		       command->arguments[0] ? " " : "", command->arguments, command->summary);
		cli_print_options(command->verb);
		return flush_stdout();
	}
	printf("usage: gpubadge [COMMAND] [OPTIONS] IMAGE...\n\n"
	       "Does a container image need an NVIDIA GPU, and which CUDA?\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-8s %-16s %s\n", commands[i]->name, commands[i]->arguments,
		       commands[i]->summary);
	printf("\nIMAGE is an archive of docker save or an OCI archive (compressed or not), an\n"
	       "OCI layout or dir: directory, \"-\" for standard input, or TRANSPORT:PATH[:REF]\n"
	       "with docker-archive, oci-archive, oci, dir.\n\n");
	cli_print_options(CLI_VERB_ALL);
	printf("\nExit status: 0 done or yes, 1 no, 2 trouble, 3 undetermined. "
	       "See gpubadge(1).\n");
	return flush_stdout();
}

int main(int argc, char **argv)
{
	const struct cli_command *command;
	struct cli_options options;
	unsigned verbs;
	int first;

	if (!cli_parse(argc, argv, &options, &first, &verbs))
		return CLI_TROUBLE;
	command = find_command(argv[first]);
	if (options.version)
		return print_version();
	if (options.help)
		return print_help(command);
	if (command)
		first++;
	else
		command = &cli_inspect;
	if (!(verbs & command->verb)) {
		cli_complain("%s does not take all of these options; see gpubadge %s --help",
			     command->name, command->name);
		return CLI_TROUBLE;
	}
	return command->run(&options, argv + first, (size_t)(argc - first));
}

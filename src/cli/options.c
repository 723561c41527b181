/* SPDX-License-Identifier: Apache-2.0 */

/* The table of options. Parsing, --help, and the tests that compare it with the man page all
 * read it from here. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Keys of options without a short name. */
enum {
	KEY_JSON = 256,
	KEY_GET,
	KEY_ENV,
	KEY_RAW_CONFIG,
	KEY_PLATFORM,
	KEY_REF,
	KEY_COLOR,
	KEY_SERVERS,
	KEY_HOST,
	KEY_CATALOG,
	KEY_DRIVER,
	KEY_NAMES,
	KEY_LIMIT,
	KEY_REPORT,
	KEY_FAIL_FAST,
};

static const struct option_row {
	int key; /* its short name, or one of the above */
	const char *name;
	const char *argument;
	const char *help;
	unsigned verbs;
} table[] = {
	{KEY_JSON, "json", NULL, "print JSON; one object for each image and platform",
	 (CLI_VERB_IMAGES & ~CLI_VERB_TEE) | CLI_VERB_TABLES},
	{KEY_GET, "get", "PATH", "print one value of the JSON report", CLI_VERB_INSPECT},
	{KEY_RAW_CONFIG, "raw-config", NULL, "print the image's verified config as it is",
	 CLI_VERB_INSPECT},
	{KEY_ENV, "env", NULL, "add the image's environment", CLI_VERB_INSPECT | CLI_VERB_TEE},
	{KEY_PLATFORM, "platform", "OS/ARCH", "only this platform, as in linux/arm64/v8",
	 CLI_VERB_IMAGES},
	{KEY_REF, "ref", "REF", "only the image with this name, digest or @N", CLI_VERB_IMAGES},
	{KEY_SERVERS, "servers", "FILE", "match against this inventory; \"-\": stdin",
	 CLI_VERB_MATCH},
	{KEY_HOST, "host", NULL, "match against this machine", CLI_VERB_MATCH},
	{KEY_CATALOG, "catalog", "CLOUD", "match against a cloud's GPU types: aws, vultr",
	 CLI_VERB_MATCH},
	{KEY_DRIVER, "driver", "VERSION", "the driver of servers that state none", CLI_VERB_MATCH},
	{KEY_NAMES, "names", NULL, "print the names of the servers that qualify", CLI_VERB_MATCH},
	{KEY_REPORT, "report", "FILE", "write the JSON report there, or to fd:N", CLI_VERB_TEE},
	{KEY_FAIL_FAST, "fail-fast", NULL, "do not pass on what follows a failure", CLI_VERB_TEE},
	{'e', "exit-code", NULL, "exit 0 if a GPU is needed, 1 if not",
	 CLI_VERB_INSPECT | CLI_VERB_TEE},
	{'q', "quiet", NULL, "print nothing, the exit status tells",
	 CLI_VERB_INSPECT | CLI_VERB_MATCH},
	{'o', "output", "FILE", "write there, whole or not at all", CLI_VERB_ALL & ~CLI_VERB_TEE},
	{KEY_COLOR, "color", "WHEN", "auto, always or never", CLI_VERB_IMAGES},
	{KEY_LIMIT, "limit", "NAME=N", "raise or lower a limit; see LIMITS in gpubadge(1)",
	 CLI_VERB_IMAGES},
	{'h', "help", NULL, "print this help", CLI_VERB_ALL},
	{'V', "version", NULL, "print version, tables' date and features", CLI_VERB_ALL},
};

static const struct option_row *find_row(int key)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].key == key)
			return &table[i];
	return NULL;
}

/* What getopt_long() wants, out of the table. */
static void fill_getopt(struct option *longs, char *shorts)
{
	size_t used = 0;

	shorts[used++] = ':'; /* tell a missing argument from an unknown option */
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		longs[i] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].argument ? required_argument : no_argument,
			.val = table[i].key,
		};
		if (table[i].key >= 256)
			continue;
		shorts[used++] = (char)table[i].key;
		if (table[i].argument)
			shorts[used++] = ':';
	}
	longs[ARRAY_LEN(table)] = (struct option){.name = NULL};
	shorts[used] = '\0';
}

static bool set_mode(struct cli_options *options, enum cli_mode mode)
{
	if (options->mode != CLI_MODE_TEXT && options->mode != mode) {
		cli_complain("--json, --get, --names, --raw-config and --quiet exclude each "
			     "other; use one of them");
		return false;
	}
	options->mode = mode;
	return true;
}

static bool set_colour(struct cli_options *options, const char *when)
{
	static const char *const words[] = {
		[CLI_COLOUR_AUTO] = "auto",
		[CLI_COLOUR_ALWAYS] = "always",
		[CLI_COLOUR_NEVER] = "never",
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(when, words[i]) == 0) {
			options->colour = (enum cli_colour_mode)i;
			return true;
		}
	}
	cli_complain("--color takes auto, always or never, not \"%s\"", when);
	return false;
}

/* Adds a source of servers to the COUNT that SOURCES has. */
static bool add_source(const char **sources, size_t *count, const char *source)
{
	if (*count == CLI_SOURCES) {
		cli_complain("--servers and --catalog can be given %d times each; put the servers "
			     "into one file",
			     CLI_SOURCES);
		return false;
	}
	sources[(*count)++] = source;
	return true;
}

/* A number in decimal, with K, M or G for that many KiB, MiB or GiB. */
static bool parse_size(const char *text, uint64_t *ret_size)
{
	static const char suffixes[] = "KMG";
	unsigned long long number;
	const char *suffix;
	char *end;
	int shift = 0;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	suffix = *end ? strchr(suffixes, *end) : NULL;
	if (suffix) {
		shift = 10 * (int)(suffix - suffixes + 1);
		end++;
	}
	if (errno || *end || number > UINT64_MAX >> shift)
		return false;
	*ret_size = (uint64_t)number << shift;
	return true;
}

static bool set_limit(struct cli_options *options, const char *argument)
{
	size_t length = strcspn(argument, "=");
	struct gpubadge_error err;
	uint64_t value = 0;
	char name[64];

	if (argument[length] == '\0' || !parse_size(argument + length + 1, &value)) {
		cli_complain("--limit takes NAME=N, N a number that may end in K, M or G, not "
			     "\"%s\"",
			     argument);
		return false;
	}
	snprintf(name, sizeof(name), "%.*s", (int)(length < sizeof(name) ? length : sizeof(name)),
		 argument);
	if (gpubadge_limits_set(&options->limits, name, value, &err)) {
		cli_complain("--limit: %s", err.text);
		return false;
	}
	return true;
}

static bool apply(struct cli_options *options, int key, const char *argument)
{
	switch (key) {
	case KEY_JSON:
		return set_mode(options, CLI_MODE_JSON);
	case KEY_GET:
		options->get = argument;
		return set_mode(options, CLI_MODE_GET);
	case KEY_RAW_CONFIG:
		return set_mode(options, CLI_MODE_RAW_CONFIG);
	case 'q':
		options->exit_code = true;
		return set_mode(options, CLI_MODE_QUIET);
	case 'e':
		options->exit_code = true;
		return true;
	case KEY_COLOR:
		return set_colour(options, argument);
	case KEY_LIMIT:
		return set_limit(options, argument);
	case KEY_ENV:
		options->environment = true;
		return true;
	case KEY_PLATFORM:
		options->platform = argument;
		return true;
	case KEY_REF:
		options->reference = argument;
		return true;
	case KEY_NAMES:
		return set_mode(options, CLI_MODE_NAMES);
	case KEY_SERVERS:
		return add_source(options->inventories, &options->inventory_count, argument);
	case KEY_CATALOG:
		return add_source(options->catalogs, &options->catalog_count, argument);
	case KEY_DRIVER:
		options->driver = argument;
		return true;
	case KEY_HOST:
		options->host = true;
		return true;
	case KEY_REPORT:
		options->report = argument;
		if (argument[0] == '\0')
			cli_complain("--report needs the name of a file, or fd:N");
		return argument[0] != '\0';
	case KEY_FAIL_FAST:
		options->fail_fast = true;
		return true;
	case 'o':
		options->output = argument;
		if (argument[0] == '\0')
			cli_complain("-o needs the name of a file");
		return argument[0] != '\0';
	case 'h':
		options->help = true;
		return true;
	default: /* 'V', the only one left */
		options->version = true;
		return true;
	}
}

/* Names the option that getopt_long() refused. A short one is in OPTOPT, and so is the key of a
 * long one that lacks its argument. */
static void refuse(char *const *argv, int result)
{
	const struct option_row *row = find_row(optopt);

	if (result == ':' && row)
		cli_complain("option --%s needs %s; see gpubadge --help", row->name, row->argument);
	else if (optopt > 0 && optopt < 256 && !row)
		cli_complain("unknown option -%c; see gpubadge --help", optopt);
	else if (row)
		cli_complain("option --%s takes no argument; see gpubadge --help", row->name);
	else
		cli_complain("unknown option %s; see gpubadge --help", argv[optind - 1]);
}

bool cli_parse(int argc, char **argv, struct cli_options *ret_options, int *ret_first,
	       unsigned *ret_verbs)
{
	struct option longs[ARRAY_LEN(table) + 1];
	char shorts[2 * ARRAY_LEN(table) + 2];
	int key;

	fill_getopt(longs, shorts);
	*ret_options = (struct cli_options){.mode = CLI_MODE_TEXT};
	gpubadge_limits_init(&ret_options->limits);
	*ret_verbs = CLI_VERB_ALL;
	opterr = 0;
	while ((key = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct option_row *row = find_row(key);

		if (!row) { /* '?' or ':' */
			refuse(argv, key);
			return false;
		}
		*ret_verbs &= row->verbs;
		if (!apply(ret_options, key, optarg))
			return false;
	}
	*ret_first = optind;
	return true;
}

void cli_print_options(unsigned verb)
{
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		char name[64];

		if (!(table[i].verbs & verb))
			continue;
		snprintf(name, sizeof(name), "--%s%s%s", table[i].name,
			 table[i].argument ? " " : "", table[i].argument ? table[i].argument : "");
		if (table[i].key < 256)
			printf("  -%c, %-20s %s\n", table[i].key, name, table[i].help);
		else
			printf("      %-20s %s\n", name, table[i].help);
	}
}

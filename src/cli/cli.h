/* SPDX-License-Identifier: Apache-2.0 */

/* What the files of the command line share. They use the public header and nothing else of the
 * library. */
#ifndef GB_CLI_CLI_H
#define GB_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include <gpubadge/gpubadge.h>

/* One meaning each. */
enum cli_status {
	CLI_YES = 0,     /* done, or the answer is yes */
	CLI_NO = 1,      /* the answer is no, and never anything else */
	CLI_TROUBLE = 2, /* usage, I/O, not an image, malformed, over a limit */
	CLI_UNKNOWN = 3, /* undetermined */
};

/* The status of two runs together: trouble, then unknown, then no. */
enum cli_status cli_worse(enum cli_status a, enum cli_status b);

enum cli_colour_mode { CLI_COLOUR_AUTO, CLI_COLOUR_ALWAYS, CLI_COLOUR_NEVER };

/* What --json, --get, --names, --raw-config and --quiet choose between. */
enum cli_mode {
	CLI_MODE_TEXT,
	CLI_MODE_JSON,
	CLI_MODE_GET,
	CLI_MODE_NAMES,
	CLI_MODE_RAW_CONFIG,
	CLI_MODE_QUIET,
};

/* How often an option may be given that names a source of servers. */
#define CLI_SOURCES 64

struct cli_options {
	enum cli_mode mode;
	const char *get;    /* PATH of --get */
	const char *output; /* FILE of -o; NULL: standard output */
	const char *report; /* FILE or fd:N of --report, or NULL */
	const char *platform;
	const char *reference;
	enum cli_colour_mode colour;
	const char *inventories[CLI_SOURCES];
	size_t inventory_count;
	const char *catalogs[CLI_SOURCES];
	size_t catalog_count;
	const char *driver; /* of servers that state none */
	bool host;
	struct gpubadge_limits limits; /* the defaults, and what --limit says */
	bool environment;
	bool exit_code;
	bool fail_fast;
	bool help;
	bool version;
};

struct cli_command {
	const char *name;
	const char *arguments;
	const char *summary;
	unsigned verb; /* its bit in the options table */
	enum cli_status (*run)(const struct cli_options *options, char *const *arguments,
			       size_t count);
};

enum {
	CLI_VERB_INSPECT = 1 << 0,
	CLI_VERB_SCHEMA = 1 << 1,
	CLI_VERB_TABLES = 1 << 2,
	CLI_VERB_MATCH = 1 << 3,
	CLI_VERB_EXPLAIN = 1 << 4,
	CLI_VERB_TEE = 1 << 5,
	CLI_VERB_ALL = (1 << 6) - 1,
	/* Those that read images. */
	CLI_VERB_IMAGES = CLI_VERB_INSPECT | CLI_VERB_MATCH | CLI_VERB_EXPLAIN | CLI_VERB_TEE,
};

extern const struct cli_command cli_inspect;
extern const struct cli_command cli_match;
extern const struct cli_command cli_explain;
extern const struct cli_command cli_schema;
extern const struct cli_command cli_tables;
extern const struct cli_command cli_tee;

/* --- options.c --- */

/* Parses ARGV into *RET_OPTIONS and moves the operands to its end: *RET_FIRST is the index of
 * the first one. *RET_VERBS has the verbs that accept every option given. False after a message
 * about a usage error. */
bool cli_parse(int argc, char **argv, struct cli_options *ret_options, int *ret_first,
	       unsigned *ret_verbs);

/* Prints the options of VERB, one line each. */
void cli_print_options(unsigned verb);

/* --- terminal.c --- */

/* The colours that text on FD may have. */
enum gpubadge_colour cli_colour(enum cli_colour_mode mode, int fd);

/* The columns of the terminal FD is; 0 if it is none or does not tell. */
unsigned cli_width(int fd);

/* "gpubadge: " and a line on standard error. */
void cli_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && value[0] != '\0';
}

/* How many colours the terminal has, by what terminals say of themselves. */
static enum gpubadge_colour depth(void)
{
	const char *colorterm = getenv("COLORTERM");
	const char *term = getenv("TERM");

	if (colorterm && (strcmp(colorterm, "truecolor") == 0 || strcmp(colorterm, "24bit") == 0))
		return GPUBADGE_COLOUR_TRUE;
	if (term && strstr(term, "256color"))
		return GPUBADGE_COLOUR_256;
	return GPUBADGE_COLOUR_BASIC;
}

/* The order of clig.dev: the option, NO_COLOR, the forcing variables, then the terminal. */
enum gpubadge_colour cli_colour(enum cli_colour_mode mode, int fd)
{
	const char *term = getenv("TERM");

	switch (mode) {
	case CLI_COLOUR_ALWAYS:
		return depth();
	case CLI_COLOUR_NEVER:
		return GPUBADGE_COLOUR_NONE;
	case CLI_COLOUR_AUTO:
		break;
	}
	if (is_set("NO_COLOR"))
		return GPUBADGE_COLOUR_NONE;
	if (is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE"))
		return depth();
	if (!isatty(fd) || (term && strcmp(term, "dumb") == 0))
		return GPUBADGE_COLOUR_NONE;
	return depth();
}

void cli_complain(const char *format, ...)
{
	va_list args;

	fputs("gpubadge: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

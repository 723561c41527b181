/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
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

unsigned cli_width(int fd)
{
	struct winsize size;

	return isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* A control character, of which C1 is two bytes in UTF-8, could act on the terminal. */
static bool is_control(const unsigned char *byte)
{
	return byte[0] < 0x20 || byte[0] == 0x7f ||
	       (byte[0] == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0);
}

void cli_complain(const char *format, ...)
{
	char *line = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&line, format, args) < 0)
		line = NULL;
	va_end(args);
	fputs("gpubadge: ", stderr);
	for (const unsigned char *byte = (unsigned char *)line; byte && *byte; byte++) {
		if (!is_control(byte))
			fputc(*byte, stderr);
		else if (*byte == 0xc2)
			fprintf(stderr, "\\u%04x", *++byte);
		else
			fprintf(stderr, "\\x%02x", *byte);
	}
	fputs(line ? "\n" : "out of memory\n", stderr);
	free(line);
}

#define _GNU_SOURCE
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct report *report;

void tell(const char *truth, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(report->detail, sizeof report->detail, format, arguments);
	va_end(arguments);
	snprintf(report->truth, sizeof report->truth, "%s", truth);
}

_Noreturn void failed(const char *call, int line)
{
	tell("failed", "%s, line %d: %s", call, line, strerror(errno));
	_exit(1);
}

_Noreturn void absent(const char *what)
{
	tell("absent", "%s: %s", what, strerror(errno));
	_exit(0);
}

void blame(const char *path)
{
	struct stat status;

	CHECK(stat(path, &status));
	report->inode = status.st_ino;
}

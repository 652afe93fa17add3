/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

void child_place(struct child *child, const char *bench)
{
    const char *base = getenv("TMPDIR");
    char path[400];
    snprintf(path, sizeof path, "%s", bench);
    snprintf(child->program, sizeof child->program, "%s/../shuntui", dirname(path));
    snprintf(child->folder, sizeof child->folder, "%s/shuntui-bench-XXXXXX", base && base[0] ? base : "/var/tmp");
    if (!mkdtemp(child->folder))
        fail(child->folder, "there is no temporary folder");
    snprintf(child->state, sizeof child->state, "%s/state", child->folder);
}

void child_run(const struct child *child, const char *const arguments[])
{
    pid_t pid = fork();
    if (pid == 0) {
        int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
        dup2(nothing, STDOUT_FILENO);
        execv(child->program, (char *const *)arguments);
        _exit(127);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) < 0 || status != 0)
        fail(child->program, "it did not do what was asked");
}

/* What it prints at its start, with --json, is one object: the address is in it. */
static uint16_t port_read(int from)
{
    char said[2000];
    size_t length = 0;
    for (ssize_t got; (got = read(from, said + length, sizeof said - 1 - length)) > 0;) {
        said[length += (size_t)got] = 0;
        const char *url = strstr(said, "\"url\":\"http://127.0.0.1:");
        if (url && strchr(said, '}'))
            return (uint16_t)strtol(url + strlen("\"url\":\"http://127.0.0.1:"), NULL, 10);
    }
    return 0;
}

void child_serve(struct child *child)
{
    int ends[2];
    fflush(stdout);
    if (pipe2(ends, O_CLOEXEC) < 0)
        fail("pipe", "there is none left");
    child->pid = fork();
    if (child->pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        execl(child->program, child->program, "serve", "--state", child->state, "--listen", "127.0.0.1:0", "--json",
              (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    child->port = port_read(ends[0]);
    close(ends[0]);
    if (!child->port)
        fail(child->program, "the server did not start");
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

int child_end(const struct child *child)
{
    int status = 0;
    kill(child->pid, SIGTERM);
    waitpid(child->pid, &status, 0);
    if (!getenv("SHUNTUI_BENCH_KEEP"))
        nftw(child->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    else
        printf("kept: %s\n", child->state);
    return status;
}

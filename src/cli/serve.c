/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shuntui serve: opens the state, starts the worker and the HTTP server, and stops them in the reverse order on SIGTERM or
 * SIGINT. There are no default credentials: an operator's token is shown once, and only when somebody asked for it.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/settings.h"
#include "http/embedded.h"
#include "http/handle/handle.h"
#include "http/http.h"
#include "http/sse.h"
#include "http/web.h"
#include "service/claims/upload.h"
#include "service/service.h"
#include "service/worker.h"
#include "store/store.h"

struct serving {
    struct cli_settings settings;
    struct service *service;
    struct service_worker *worker;
    struct sse_hub *hub;
    struct http_server *http;
    struct buffer web_file; /* of --web */
    struct web *web;
    char uploads[512];
    bool is_new;                           /* the state was made by this start */
    struct service_party_created operator; /* token empty when none was made */
};

static void report_work(void *context, const struct error *error)
{
    (void)context;
    log_event(LOG_LEVEL_WARNING, "work_failed", LOG_STRING("code", error_wire(error->code)),
              LOG_STRING("message", error->message));
}

static int create_operator(struct service_call *call, void *argument, struct error *error)
{
    const struct service_party_new in = {.role = ROLE_OPERATOR, .name = TEXT_LITERAL("operator")};
    return service_party_create(call, &in, argument, error);
}

static int open_state(struct serving *serving, const struct cli_args *args, struct error *error)
{
    const struct cli_settings *settings = &serving->settings;
    char database[512];
    struct stat status;
    snprintf(database, sizeof database, "%s/%s", settings->state, STORE_DATABASE_NAME);
    bool absent = stat(database, &status) < 0;
    bool create = args->given[CLI_OPTION_SERVE_CREATE];
    const struct service_options options = {
        .state_path = settings->state,
        .create = create,
        .threaded = true,
        .log_origin = settings->log_origin,
        .fee_per_mille = settings->fee_per_mille,
        .session_s = settings->session_s,
        .floors = settings->floors,
        .read_connections = (int)settings->readers,
        .sandbox_faults = (uint64_t)settings->sandbox_faults,
    };
    if (service_open(&options, &serving->service, error) < 0) {
        if (absent && !create)
            error_hint(error, "a new state directory is made with: shuntui serve --create --state %.120s",
                       settings->state);
        return -1;
    }
    serving->is_new = absent;
    return 0;
}

#define WEB_FILE_BYTES_MAX (64 * 1024 * 1024)

static int open_web(struct serving *serving, struct error *error)
{
    const char *path = serving->settings.web;
    struct text pack = {(const char *)embedded_web_pack, embedded_web_pack_length};
    buffer_init(&serving->web_file, WEB_FILE_BYTES_MAX);
    if (path[0] && file_read_all(path, WEB_FILE_BYTES_MAX, &serving->web_file, error) < 0)
        return -1;
    return web_open(path[0] ? buffer_text(&serving->web_file) : pack, &serving->web, error);
}

static int start_http(struct serving *serving, struct error *error)
{
    const struct cli_settings *settings = &serving->settings;
    snprintf(serving->uploads, sizeof serving->uploads, "%s/uploads", settings->state);
    if (directory_make(serving->uploads, 0700, error) < 0 || service_uploads_sweep(serving->service, error) < 0)
        return -1;
    struct http_options options;
    handle_options_init(&options, serving->service, serving->hub);
    options.address = settings->address;
    options.port = settings->port;
    options.threads = (unsigned)settings->threads;
    options.rate_limit = settings->rate_limit;
    options.behind_proxy = settings->behind_proxy;
    options.upload_directory = serving->uploads;
    options.web = serving->web;
    return http_server_start(&options, &serving->http, error);
}

static int start(struct serving *serving, const struct cli_args *args, struct error *error)
{
    if (open_web(serving, error) < 0 || open_state(serving, args, error) < 0)
        return -1;
    serving->hub = sse_hub_new();
    service_on_notice(serving->service, handle_notify, serving->hub);
    serving->worker =
        service_worker_start(serving->service, (int)serving->settings.work_interval_ms, report_work, NULL);
    if (start_http(serving, error) < 0)
        return -1;
    /* Last, so that no token is made that nobody would see. */
    if (!serving->is_new && !args->given[CLI_OPTION_SERVE_NEW_OPERATOR])
        return 0;
    return service_write(serving->service, NULL, create_operator, &serving->operator, error);
}

/* New requests end first, then work without requests, then the database. */
static void stop(struct serving *serving)
{
    if (serving->hub)
        sse_close_all(serving->hub);
    http_server_stop(serving->http, (unsigned)serving->settings.drain_s);
    service_worker_stop(serving->worker);
    service_close(serving->service);
    sse_hub_free(serving->hub);
    web_free(serving->web);
    buffer_done(&serving->web_file);
}

static void announce_json(const struct serving *serving, const char *url, struct buffer *out)
{
    struct json_writer writer;
    json_writer_init(&writer, out);
    json_object_begin(&writer);
    json_member_string(&writer, "log_key", service_log_vkey(serving->service));
    if (serving->operator.token[0]) {
        json_member_string(&writer, "operator_id", serving->operator.party_id);
        json_member_string(&writer, "operator_token", serving->operator.token);
    }
    json_member_string(&writer, "state", serving->settings.state);
    json_member_string(&writer, "url", url);
    json_object_end(&writer);
    json_writer_done(&writer);
}

static void announce_words(const struct serving *serving, bool chinese, const char *url, struct buffer *out)
{
    buffer_addf(out, chinese ? "顺退 %s 已启动,状态目录 %s\n" : "Shuntui %s serves %s\n", SHUNTUI_VERSION,
                serving->settings.state);
    buffer_addf(out, "  %-10s %s/\n", chinese ? "打开" : "open", url);
    buffer_addf(out, "  %-10s %s/v1/openapi.yaml\n", chinese ? "接口" : "API", url);
    buffer_addf(out, "  %-10s %s/ready, %s/metrics\n", chinese ? "监控" : "monitor", url, url);
    buffer_addf(out, "  %-10s %s\n", chinese ? "日志公钥" : "log key", service_log_vkey(serving->service));
    if (serving->operator.token[0])
        buffer_addf(out, chinese ? "  运营令牌(只显示这一次): %s\n" : "  operator's token, shown this once: %s\n",
                    serving->operator.token);
    buffer_add_string(out, chinese ? "按 Ctrl-C 停止。\n" : "Ctrl-C stops it.\n");
}

static enum cli_exit announce(struct cli_call *call, const struct serving *serving)
{
    char url[96];
    struct buffer out;
    const char *address = serving->settings.address;
    bool any = strcmp(address, "0.0.0.0") == 0, is_ipv6 = strchr(address, ':') != NULL;
    snprintf(url, sizeof url, "http://%s%s%s:%u", is_ipv6 ? "[" : "", any ? "127.0.0.1" : address, is_ipv6 ? "]" : "",
             (unsigned)http_server_port(serving->http));
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json)
        announce_json(serving, url, &out);
    else
        announce_words(serving, call->chinese, url, &out);
    enum cli_exit status = cli_print(call, &out, CLI_EXIT_OK);
    fflush(call->out);
    return status;
}

enum cli_exit cli_serve(struct cli_call *call)
{
    struct serving serving = {0};
    struct error error = {0};
    enum cli_exit status = CLI_EXIT_OK;
    sigset_t stop_signals;
    int signal_number = 0;
    if (cli_settings_read(call->args, &serving.settings, &error) < 0)
        return cli_fail(call, CLI_EXIT_USAGE, &error);
    /* Blocked before the first thread starts, so that only sigwait below ever sees them. */
    sigemptyset(&stop_signals);
    sigaddset(&stop_signals, SIGTERM);
    sigaddset(&stop_signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop_signals, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (start(&serving, call->args, &error) < 0) {
        if (serving.is_new && !error.hint[0])
            error_hint(&error,
                       "the state directory is made; start again with --new-operator to get an operator's token");
        status = cli_fail(call, cli_exit_of(&error), &error);
    } else {
        status = announce(call, &serving);
        sigwait(&stop_signals, &signal_number);
        pthread_sigmask(SIG_UNBLOCK, &stop_signals, NULL); /* a second one ends it at once */
        log_event(LOG_LEVEL_INFO, "stopping", LOG_INTEGER("signal", signal_number));
    }
    stop(&serving);
    return status;
}

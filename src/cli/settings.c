/* SPDX-License-Identifier: Apache-2.0 */
/* The server's settings, by the table settings.def. */
#include "cli/settings.h"

#include <stdlib.h>
#include <string.h>

enum setting_id {
#define SETTING_ROW(name, option, variable, fallback, value, en, zh) SETTING_##name,
#include "cli/settings.def"
#undef SETTING_ROW
    SETTING_COUNT
};

static const struct cli_setting settings[SETTING_COUNT] = {
#define SETTING_ROW(name, option, variable, fallback, value, en, zh) {option, variable, fallback},
#include "cli/settings.def"
#undef SETTING_ROW
};

static const enum cli_option_id options[SETTING_COUNT] = {
#define SETTING_ROW(name, option, variable, fallback, value, en, zh) CLI_OPTION_SERVE_##name,
#include "cli/settings.def"
#undef SETTING_ROW
};

const struct cli_setting *cli_setting(size_t i)
{
    return i < SETTING_COUNT ? &settings[i] : NULL;
}

static const char *value_of(const struct cli_args *args, enum setting_id id)
{
    const char *value = args->values[options[id]];
    if (!value)
        value = getenv(settings[id].variable);
    return value && *value ? value : settings[id].fallback;
}

static int refuse(const struct cli_args *args, enum setting_id id, const char *wanted, struct error *error)
{
    bool by_option = args->values[options[id]] != NULL;
    error_set(error, ERROR_CLI_USAGE, "%s%s is \"%.60s\"", by_option ? "--" : "",
              by_option ? settings[id].name : settings[id].variable, value_of(args, id));
    return error_hint(error, "it must be %s", wanted);
}

static int read_number(const struct cli_args *args, enum setting_id id, int64_t least, int64_t most, int64_t *ret,
                       struct error *error)
{
    char wanted[80];
    int64_t value;
    if (text_to_int64(text_of(value_of(args, id)), &value, NULL) == 0 && value >= least && value <= most) {
        *ret = value;
        return 0;
    }
    snprintf(wanted, sizeof wanted, "a whole number from %lld to %lld", (long long)least, (long long)most);
    return refuse(args, id, wanted, error);
}

static int read_listen(const struct cli_args *args, struct cli_settings *ret, struct error *error)
{
    const char *value = value_of(args, SETTING_LISTEN);
    const char *colon = strrchr(value, ':');
    size_t length = colon ? (size_t)(colon - value) : 0;
    int64_t port;
    if (length == 0 || length >= sizeof ret->address || text_to_int64(text_of(colon + 1), &port, NULL) < 0 ||
        port < 0 || port > UINT16_MAX)
        return refuse(args, SETTING_LISTEN, "ADDRESS:PORT, such as 127.0.0.1:8080", error);
    if (value[0] == '[' && value[length - 1] == ']') { /* an IPv6 address as URLs write it */
        value++;
        length -= 2;
    }
    snprintf(ret->address, sizeof ret->address, "%.*s", (int)length, value);
    ret->port = (uint16_t)port;
    return 0;
}

static int read_switch(const struct cli_args *args, enum setting_id id, bool *ret, struct error *error)
{
    const char *value = value_of(args, id);
    if (strcmp(value, "on") != 0 && strcmp(value, "off") != 0)
        return refuse(args, id, "on or off", error);
    *ret = value[1] == 'n';
    return 0;
}

int cli_settings_read(const struct cli_args *args, struct cli_settings *ret, struct error *error)
{
    struct cli_settings read = {.state = value_of(args, SETTING_STATE),
                                .log_origin = value_of(args, SETTING_LOG_ORIGIN),
                                .floors = value_of(args, SETTING_FLOORS),
                                .web = value_of(args, SETTING_WEB)};
    if (strcmp(read.floors, "none") == 0)
        read.floors = "";
    if (strcmp(read.web, "built-in") == 0)
        read.web = "";
    if (read_listen(args, &read, error) < 0 || read_number(args, SETTING_THREADS, 1, 64, &read.threads, error) < 0 ||
        read_number(args, SETTING_READERS, 1, 64, &read.readers, error) < 0 ||
        read_switch(args, SETTING_RATE_LIMIT, &read.rate_limit, error) < 0 ||
        read_switch(args, SETTING_BEHIND_PROXY, &read.behind_proxy, error) < 0 ||
        read_number(args, SETTING_FEE_PER_MILLE, 0, 999, &read.fee_per_mille, error) < 0 ||
        read_number(args, SETTING_WORK_INTERVAL_MS, 10, 60000, &read.work_interval_ms, error) < 0 ||
        read_number(args, SETTING_SESSION_S, 10, 30 * 86400, &read.session_s, error) < 0 ||
        read_number(args, SETTING_DRAIN_S, 0, 600, &read.drain_s, error) < 0 ||
        read_number(args, SETTING_SANDBOX_FAULTS, 0, INT64_MAX, &read.sandbox_faults, error) < 0)
        return -1;
    *ret = read;
    return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui version */
#include "cli/cli.h"

enum cli_exit cli_version(struct cli_call *call)
{
    struct buffer out;
    if (call->json) {
        struct json_writer writer;
        cli_json_begin(&writer, &out);
        json_member_string(&writer, "name", "shuntui");
        json_member_string(&writer, "version", SHUNTUI_VERSION);
        return cli_json_end(call, &writer, CLI_EXIT_OK);
    }
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    buffer_addf(&out, "shuntui %s\n", SHUNTUI_VERSION);
    return cli_print(call, &out, CLI_EXIT_OK);
}

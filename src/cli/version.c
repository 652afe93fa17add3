/* SPDX-License-Identifier: Apache-2.0 */
/* shuntui version */
#include "cli/cli.h"

enum cli_exit cli_version(struct cli_call *call)
{
    struct buffer out;
    buffer_init(&out, CLI_OUTPUT_BYTES_MAX);
    if (call->json) {
        struct json_writer writer;
        json_writer_init(&writer, &out);
        json_object_begin(&writer);
        json_member_string(&writer, "name", "shuntui");
        json_member_string(&writer, "version", SHUNTUI_VERSION);
        json_object_end(&writer);
        json_writer_done(&writer);
    } else {
        buffer_addf(&out, "shuntui %s\n", SHUNTUI_VERSION);
    }
    return cli_print(call, &out, CLI_EXIT_OK);
}

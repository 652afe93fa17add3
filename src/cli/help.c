/* SPDX-License-Identifier: Apache-2.0 */
/* Help, composed from the same tables that the parser reads, so that it cannot promise what is not there. */
#include <string.h>

#include "cli/cli.h"

struct exit_row {
    int status;
    const char *en, *zh;
};

static const struct exit_row exit_rows[] = {
#define EXIT_ROW(name, status, en, zh) {status, en, zh},
#include "cli/exits.def"
#undef EXIT_ROW
};

static void help_option(FILE *out, const struct cli_option *option, bool chinese)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", option->name, *option->value ? " " : "", option->value);
    fprintf(out, "  %-26s %s\n", left, chinese ? option->zh : option->en);
}

static void help_options(FILE *out, enum cli_command_id command, bool chinese)
{
    fprintf(out, "\n%s\n", chinese ? "选项:" : "Options:");
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (cli_options[i].command != CLI_COMMAND_ANY && cli_options[i].command == command)
            help_option(out, &cli_options[i], chinese);
    }
    for (int i = 0; i < CLI_OPTION_COUNT; i++) {
        if (cli_options[i].command == CLI_COMMAND_ANY)
            help_option(out, &cli_options[i], chinese);
    }
}

static void help_exits(FILE *out, bool chinese)
{
    fprintf(out, "\n%s\n", chinese ? "退出状态:" : "Exit status:");
    for (size_t i = 0; i < sizeof exit_rows / sizeof exit_rows[0]; i++)
        fprintf(out, "  %d  %s\n", exit_rows[i].status, chinese ? exit_rows[i].zh : exit_rows[i].en);
}

static void help_program(FILE *out, bool chinese)
{
    fprintf(out, "%s\n", chinese ? "用法: shuntui 命令 [选项] [参数]" : "Usage: shuntui COMMAND [OPTIONS] [OPERANDS]");
    fprintf(out, "%s\n",
            chinese ? "顺退: 虚拟商品交易平台的退款与纠纷处理系统。"
                    : "Shuntui: refunds and disputes for marketplaces of virtual goods.");
    fprintf(out, "\n%s\n", chinese ? "命令:" : "Commands:");
    for (int i = 0; i < CLI_COMMAND_ANY; i++) {
        const struct cli_command *command = &cli_commands[i];
        char left[64];
        snprintf(left, sizeof left, "%s%s%s", command->words, *command->operands ? " " : "", command->operands);
        fprintf(out, "  %-26s %s\n", left, chinese ? command->zh : command->en);
    }
}

void cli_help(FILE *out, enum cli_command_id command, bool chinese)
{
    if (command == CLI_COMMAND_ANY) {
        help_program(out, chinese);
    } else {
        const struct cli_command *c = &cli_commands[command];
        fprintf(out, "%s shuntui %s [%s]%s%s\n%s\n", chinese ? "用法:" : "Usage:", c->words,
                chinese ? "选项" : "OPTIONS", *c->operands ? " " : "", c->operands, chinese ? c->zh : c->en);
    }
    help_options(out, command, chinese);
    help_exits(out, chinese);
}

#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { addCatalogCommands } from './catalog-commands.js';
import { addDemoCommand } from './demo-command.js';
import { addExportCommand } from './export/export-command.js';
import { addGetCommand } from './get-command.js';
import { addLocationCommands } from './location-commands.js';
import { addMaintenanceCommands } from './maintenance-commands.js';
import { reportError, stopOnBrokenOutput } from './output.js';
import { addQueryCommand } from './query-command.js';
import { addServeCommand } from './serve-command.js';
import { addSnapshotCommands } from './snapshot-commands.js';
import { Stopped } from './stopped.js';
import { addUpdateCommands } from './update-commands.js';
import { addWriteCommand } from './write-command.js';

const USAGE = 2;

/** Runs the command line; the only place that sets the exit code. */
async function main(argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Stopped(signal)));
  }
  stopOnBrokenOutput();
  const program = createProgram(stop.signal);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : USAGE;
    else process.exitCode = reportError(error, program.opts<{ verbose?: boolean }>().verbose === true);
  }
}

function createProgram(signal: AbortSignal): Command {
  const program = new Command('tilecurve')
    .description('Gridded data as tiles along a space-filling curve: write once, serve EDR queries and maps.')
    .option('--verbose', 'print the stack of an error')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`tilecurve: ${text.replace(/^error: /, '')}`) })
    .showHelpAfterError('(tilecurve <command> --help shows the options)');
  addWriteCommand(program, signal);
  addUpdateCommands(program, signal);
  addCatalogCommands(program, signal);
  addMaintenanceCommands(program, signal);
  addSnapshotCommands(program, signal);
  addLocationCommands(program, signal);
  addGetCommand(program, signal);
  addQueryCommand(program, signal);
  addExportCommand(program, signal);
  addServeCommand(program, signal);
  addDemoCommand(program, signal);
  for (const command of program.commands) command.exitOverride();
  return program;
}

await main(process.argv);

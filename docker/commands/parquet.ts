import type { Command } from 'commander';
import { convertCold, PARQUET_TABLES } from '../../sql/write/parquet.ts';
import { openStore } from '../store.ts';
import { dataOption, pgPortOption, questdbOption, type StoreOptions } from './options.ts';

interface ParquetOptions extends StoreOptions {
  readonly olderThan: string;
  readonly tables?: readonly string[];
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** `tapgraph parquet`: turns cold partitions into Parquet. */
export const addParquet = (program: Command): void => {
  program.command('parquet')
    .summary('turn cold partitions into Parquet')
    .description('Turns partitions that hold only old rows into Parquet files, several times smaller; queries and late rows go on as before.\nThe newest partition stays as it is. Running it again converts what has grown cold since.')
    .requiredOption('--older-than <time>', 'age against the newest row, as in 7d (h, d, w, M, y)')
    .option('--tables <name...>', `only these of ${PARQUET_TABLES.join(', ')}`)
    .addOption(questdbOption())
    .addOption(pgPortOption())
    .addOption(dataOption())
    .action(async (options: ParquetOptions) => {
      const converted = await convertCold(await openStore(options), options.olderThan, options.tables);
      if (converted.length === 0) process.stdout.write(`nothing is older than ${options.olderThan} and not in Parquet yet\n`);
      for (const { table, partition, rows, bytesBefore, bytesAfter } of converted) {
        process.stdout.write(`${table} ${partition}  ${rows} rows  ${mebibytes(bytesBefore)} → ${mebibytes(bytesAfter)} MiB\n`);
      }
    });
};

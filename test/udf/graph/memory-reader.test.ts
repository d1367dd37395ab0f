import { memoryReader } from './memory-reader.ts';
import { readerContract } from './reader-contract.ts';

readerContract('memory', 'contract', async (spans) => memoryReader(spans));

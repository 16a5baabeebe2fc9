// SQLite keeps the contract.
import { storeContract } from './contract.ts';
import { freshSqlite } from './sqlite-file.ts';

storeContract('SQLite', freshSqlite);

import { IsString, MinLength } from 'class-validator';
import { FromEnv } from './from-env.js';

/** Where the embedded profile keeps everything. */
export class StorageConfig {
  @FromEnv(
    'DATA_DIR',
    'Folder of the embedded database and of the uploaded files. One running Protostar per folder. Made when missing.',
  )
  @IsString()
  @MinLength(1)
  dataDir = './data';
}

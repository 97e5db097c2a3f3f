import { MasterKeyVault } from '../../src/infrastructure/system/master-key-vault.ts';
import { Veil } from '../../src/modules/attribution/application/identity/veil.ts';

export const vault = new MasterKeyVault(Buffer.alloc(32, 1));
export const aVeil = new Veil(vault);

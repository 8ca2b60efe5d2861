// The roles that an owner gives, the most useful first.

import type { Role } from '../wire'

export type Given = Exclude<Role, 'assistant'>

export const GIVEN = ['clerk', 'packer', 'host', 'watcher', 'owner', 'helper'] as const satisfies readonly Given[]

// Under which names the store keeps what asking the Partner API brought: for the relay, and for commands that read it.

/** Numbers that were down when it was last looked. */
export const downNote = 'partner-api.down';
/** Names of workspaces that the table has none for. */
export const namesNote = 'partner-api.names';

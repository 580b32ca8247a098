using Orchestrator.Contracts;

namespace Orchestrator.Storage;

/// <summary>Another session held a lock for longer than a change of tables or views waits for it. Nothing was changed.</summary>
/// <param name="holders">What is locked and by which session, as a sentence without its full stop.</param>
/// <param name="cause">What the driver said.</param>
public sealed class LockedException(string holders, Exception cause) : TellableException(holders, cause);

using MassTransit;
using MassTransit.Logging;

namespace Orchestrator.Engine;

/// <summary>What sagas remark about their messages, under a name of its own in the log: MassTransit's own lines are turned off, since they quote messages.</summary>
static class EngineLog
{
    /// <summary>Takes warnings; absent where nobody hears them.</summary>
    public static EnabledLogger? Warning => LogContext.Current?.CreateLogContext("Orchestrator.Sagas").Warning;
}

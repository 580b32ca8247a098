namespace Orchestrator.Hosting;

/// <summary>Migrates tables to this version, before the host takes its first message.</summary>
public sealed record Migration(Func<IServiceProvider, CancellationToken, Task> Run);

namespace Orchestrator.Hosting;

/// <summary>Brings tables to this version, before the first message is taken.</summary>
public sealed record Migration(Func<IServiceProvider, CancellationToken, Task> Run);

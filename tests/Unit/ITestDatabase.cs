using Orchestrator.Storage;

namespace Orchestrator.Tests.Unit;

/// <summary>An empty database of one dialect for each test, so that the same tests hold on both.</summary>
public interface ITestDatabase
{
    Task<Database> Create();

    /// <summary>Closes what <see cref="Create"/> opened, and leaves nothing behind.</summary>
    Task Drop();
}

using Orchestrator.Storage;
using Orchestrator.Tests.Integration.Servers;

namespace Orchestrator.Tests.Integration.Journal;

public class The_dead_letters_in_postgres : DeadLetterContract
{
    protected override async Task<Database> CreateDatabase() => SharedPostgres.Open(await SharedPostgres.CreateDatabase());
}

using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Orchestrator.Storage;

namespace Orchestrator.Simulation.Scenarios;

/// <summary>Finds the migrations in the assembly of a participant.</summary>
static class FoundMigrations
{
    static readonly MethodInfo Generic = typeof(FoundMigrations).GetMethod(nameof(Migrate), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>Applies the migrations. A migration that was applied before is skipped.</summary>
    /// <exception cref="SimulationException">The assembly has no migrations.</exception>
    public static async Task Apply(Database database, Type participant)
    {
        var contexts = participant.Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Migration)) && !type.IsAbstract)
            .Select(migration => migration.GetCustomAttribute<DbContextAttribute>()?.ContextType)
            .OfType<Type>().Distinct().OrderBy(context => context.FullName, StringComparer.Ordinal).ToList();
        if (contexts.Count == 0)
        {
            throw new SimulationException(
                $"{participant.Name} has no migrations in its assembly; state its tables: Participant(…, tables: database => …)");
        }

        foreach (var context in contexts)
            await (Task)Generic.MakeGenericMethod(context).Invoke(null, [database])!;
    }

    static Task Migrate<TContext>(Database database)
        where TContext : DbContext =>
        Schema.Migrate<TContext>(
            database, typeof(TContext).Name, options => (TContext)Activator.CreateInstance(typeof(TContext), options)!);
}

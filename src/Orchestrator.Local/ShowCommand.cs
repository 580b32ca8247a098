using System.CommandLine;
using Orchestrator.Local.Runs;
using Orchestrator.Local.Servers;

namespace Orchestrator.Local;

/// <summary>The command <c>show</c>: one order, step by step.</summary>
static class ShowCommand
{
    static readonly Argument<string> Order = new("ORDER") { Description = "The order's number, or its id." };

    /// <summary>Makes it.</summary>
    public static Command Create()
    {
        var show = new Command("show", "Shows one order, step by step; also while a run is under way.")
        {
            Order,
            PlaceOptions.Data,
            PlaceOptions.Postgres,
        };
        show.SetAction((parsed, cancellation) =>
        {
            PlaceOptions.Warn(parsed);
            var (order, output) = (parsed.GetValue(Order)!, parsed.InvocationConfiguration.Output);
            return NamedServers.Postgres(parsed.GetValue(PlaceOptions.Postgres)) is { } database
                ? ShowOrder.PrintFromPostgres(order, database, output, cancellation)
                : ShowOrder.Print(order, parsed.GetValue(PlaceOptions.Data)!, output);
        });
        return show;
    }
}

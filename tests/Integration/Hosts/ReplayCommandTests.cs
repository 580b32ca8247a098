using Orchestrator.Tests.Integration.Embedded;

namespace Orchestrator.Tests.Integration.Hosts;

/// <summary>The worker's command <c>replay</c>, while the worker runs.</summary>
[Category("Broker")]
public class An_operator_who_replays_the_journal
{
    static readonly KeyValuePair<string, string>[] Pace = [KeyValuePair.Create("Sagas__Pace", "0.05")];

    [Test]
    public async Task Is_told_what_this_version_decides_otherwise()
    {
        await using var hosts = await RealHosts.On();
        hosts.Settings["Sagas__Pace"] = "0.05";
        await hosts.Start(RealHosts.Worker);
        var order = (await hosts.Submit(EmbeddedRun.Line(Guid.CreateVersion7(), "VINET", number: "R-1")))[0];
        // No participant answers, so deadlines move the order.
        await Eventually.Is(
            async () => await hosts.Count("orchestrator", $"SELECT version FROM saga WHERE id = '{order}'") >= 4,
            "the order does not move");

        var (exitCode, output, error) = await hosts.Command(["replay"], Pace);
        (exitCode, error).ShouldBe((0, ""), output);
        output.ShouldMatch(@"^sagas=1 transitions=\d+ different=0$");

        await hosts.Store("orchestrator").Write(
            sql => sql.Execute("UPDATE journal SET outgoing = '[]' WHERE saga_id = @id AND seq = 1", ("id", order)));
        (exitCode, output, _) = await hosts.Command(["replay", order.ToString(), "--kind", "order-fulfilment"], Pace);
        exitCode.ShouldBe(3);
        output.ShouldMatch(
            $@"^order-fulfilment {order} \(R-1\): transition 1, OrderSubmitted at .*: "
            + @"it sent nothing, and now it sends ReserveStock, AuthorizePayment\n"
            + @"sagas=1 transitions=\d+ different=1$");
        (await hosts.Command(["replay", "--since", "2999-01-01T00:00:00Z"], Pace)).ShouldBe((0, "sagas=0 transitions=0 different=0", ""));

        var unknown = Guid.CreateVersion7();
        (await hosts.Command(["replay", unknown.ToString()])).ShouldBe((2, "", $"replay: there is no saga {unknown}."));
        (await hosts.Command(["replay", "--kind", "order"]))
            .ShouldBe((2, "", "replay: there is no kind of saga 'order'; the kinds are order-fulfilment."));
    }
}

using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Orchestrator.Contracts;
using Orchestrator.Contracts.Rides;
using Orchestrator.Tests.Integration.Hosts;

namespace Orchestrator.Tests.Integration.Samples.RideBooking;

/// <summary>
/// Rides from the time when the worker hosted them. The programs of the sample go on with them, beside the worker on the same servers.
/// </summary>
[Category("Broker")]
public class Rides_that_the_worker_hosted
{
    static readonly Money Fare = new(40.00m, "EUR");

    [Test]
    public async Task Go_on_in_the_programs_of_the_sample_with_the_permissions_that_the_upgrade_names()
    {
        await using var rabbit = await PrivateRabbitMq.Create();
        await using var hosts = await RealHosts.On(rabbit: rabbit);
        var ride = Guid.CreateVersion7();
        await hosts.Start(RealHosts.WorkerOfTwo);
        await (await hosts.Bus()).Publish(new RideRequested(ride, "R-1", "ada", "Main Station", "Airport", Fare));
        await Reaches(hosts, ride, "step = 'AssignDriver'");
        await hosts.Running[0].Stop();

        var rides = await RidesUser(rabbit, hosts.Broker);
        await hosts.Start(RealHosts.Worker, RealHosts.Inventory, RealHosts.Payment, RealHosts.Shipping);
        await hosts.Stock(("NW-11", 1_000));
        foreach (var program in new[] { RealHosts.RideWorker, RealHosts.RideParticipants })
            await hosts.Begin(program, rides).Ready();
        await Reaches(hosts, ride, "step = 'RideEnded'");

        // The worker of the orders may take the command from the shared queue, and does not know the kind.
        hosts.Operated = RealHosts.RideWorker;
        string[] intake = ["--kind", "ride-booking", "--step", "intake", "--by", "ada", "--note", "a strike"];
        for (var i = 0; i < 4; i++)
            (await hosts.Command([i % 2 == 0 ? "hold" : "release", .. intake])).ShouldBe((0, "done", ""));

        await (await hosts.Bus()).Publish(new RideEnded(ride, new Money(31.50m, "EUR")));
        await hosts.Submit(OrderLines.Make(1));
        await hosts.Settled(2);
        await Reaches(hosts, ride, "state = 'Completed'");
        (await hosts.DeadLetters()).ShouldBeEmpty();
        await BooksAreCompared(hosts, ride);
    }

    // The orders on the same servers are none of its business.
    static async Task BooksAreCompared(RealHosts hosts, Guid ride)
    {
        string[] reconcile = ["reconcile", "--settled-for", "00:00:00"];
        var (agreed, figures, error) = await hosts.Command(reconcile);
        (agreed, error).ShouldBe((0, ""));
        figures.ShouldStartWith("rides=1 contradictions=0 ");
        (await hosts.Store("rides").Write(sql => sql.Execute(
            "UPDATE rides_fare SET minor_units = 3200 WHERE ride_id = @id AND act = 'CaptureFare'", ("id", ride)))).ShouldBe(1);
        var (differed, found, _) = await hosts.Command(reconcile);
        differed.ShouldBe(3);
        found.ShouldStartWith($"FareDiffers: ride R-1 ({ride}): the ride cost 31.50 EUR, and 32.00 EUR was captured");
    }

    static Task Reaches(RealHosts hosts, Guid ride, string condition) => Eventually.Is(
        async () => await hosts.Count("orchestrator", $"SELECT count(*) FROM saga WHERE id = '{ride}' AND {condition}") == 1,
        $"the ride does not reach {condition}");

    static async Task<Uri> RidesUser(PrivateRabbitMq rabbit, Uri broker)
    {
        var upgrading = await File.ReadAllTextAsync(Path.Combine(Unit.Repository.Root, "docs", "upgrading.md"));
        var expression = Regex.Match(upgrading, "^RIDES='(?<names>.+)'$", RegexOptions.Multiline).Groups["names"].Value;
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        await rabbit.Control("add_user", "rides", password);
        await rabbit.Control("set_permissions", "-p", broker.AbsolutePath[1..], "rides", expression, expression, expression);
        return new UriBuilder(broker) { UserName = "rides", Password = password }.Uri;
    }
}

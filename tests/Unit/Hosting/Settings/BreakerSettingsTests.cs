using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Reconciliation;
using Orchestrator.Hosting.Settings;
using Orchestrator.Journal.Holds;
using Orchestrator.Worker.Reconciliation;

namespace Orchestrator.Tests.Unit.Hosting.Settings;

public class The_settings_of_the_breaker
{
    [Test]
    public void Are_the_usual_ones_unless_said_otherwise() => Read().ShouldBe(BreakerOptions.Default);

    [Test]
    public void Are_read_and_keep_to_the_pace_of_the_sagas() => Read(
        ("Sagas:Breaker:Silence", "00:00:30"), ("Sagas:Breaker:Floor", "7"), ("Sagas:Breaker:Probe", "00:00:20"),
        ("Sagas:Breaker:PerSecond", "2.5"), ("Sagas:Pace", "0.1"))
        .ShouldBe(new BreakerOptions(TimeSpan.FromSeconds(3), 7, TimeSpan.FromSeconds(2), 2.5));

    [Test]
    public void Switch_it_off() => Read(("Sagas:Breaker:Silence", "never")).Silence.ShouldBeNull();

    [TestCase(
        "Silence", "a while",
        "Sagas:Breaker:Silence is 'a while'; it is a time from a second to a day, written like '00:01:00', or never.")]
    [TestCase("Probe", "never", "Sagas:Breaker:Probe is 'never'; it is a time from a second to a day, written like '00:01:00'.")]
    [TestCase("Probe", "00:00:00", "Sagas:Breaker:Probe is '00:00:00'; it is a time from a second to a day, written like '00:01:00'.")]
    [TestCase("Floor", "0", "Sagas:Breaker:Floor is '0'; it is a number from 1 to 1000000.")]
    [TestCase("PerSecond", "-1", "Sagas:Breaker:PerSecond is '-1'; it is a number from 0.001 to 1000000.")]
    public void Say_what_is_possible(string name, string value, string problem) =>
        Should.Throw<SettingsException>(() => Read(($"Sagas:Breaker:{name}", value))).Message.ShouldContain(problem);

    [TestCase("Sagas:Breaker:Silense", "00:00:30")]
    [TestCase("Sagas:Speed", "2")]
    [TestCase("Reconciliation:Corn", "0 0 3 * * ?")]
    public void Are_refused_when_the_worker_has_none_of_the_name(string key, string value) =>
        Should.Throw<SettingsException>(() => SettingNames.Check(Configuration(("sagas:pace", "1"), (key, value)), All)).Message.ShouldBe(
            $"{key} is no setting; there are Sagas:Pace, Sagas:Breaker:Silence, Sagas:Breaker:Floor, Sagas:Breaker:Probe, "
            + $"Sagas:Breaker:PerSecond, Reconciliation:Cron.");

    static IReadOnlyList<Setting> All => [.. SagaSettings.All, .. ReconciliationSettings.Of(new OrderReconciliation())];

    static BreakerOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = Configuration(settings);
        SettingNames.Check(configuration, All);
        return SagaSettings.Breaker(configuration);
    }

    static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value))
        .Build();
}

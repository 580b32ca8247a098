using Microsoft.Extensions.Configuration;
using Orchestrator.Hosting.Settings;
using Orchestrator.Services.Payment;
using Orchestrator.Services.Shipping;

namespace Orchestrator.Tests.Unit.Hosting.Settings;

public class The_names_of_settings
{
    [TestCase("Shipping:UndeliverableCountries:0")]
    [TestCase("shipping:undeliverableCountries:1")]
    [TestCase("Broker:Prefetch")]
    public void May_be_an_entry_of_a_list_or_belong_to_another_section(string key) =>
        Should.NotThrow(() => SettingNames.Check(With(key), ShippingSettings.All));

    [Test]
    public void Are_refused_when_the_party_has_none_of_the_name() =>
        Should.Throw<SettingsException>(() => SettingNames.Check(With("Shipping:Undeliverable:0"), ShippingSettings.All)).Message
            .ShouldBe("Shipping:Undeliverable:0 is no setting; there are Shipping:UndeliverableCountries:0.");

    [Test]
    public void May_be_connections_that_the_party_does_not_know() =>
        Should.NotThrow(() => SettingNames.Check(With("ConnectionStrings:Inventory"), PaymentSettings.All));

    static IConfiguration With(string key) =>
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)"x")]).Build();
}

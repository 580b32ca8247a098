using Orchestrator.Hosting;
using Orchestrator.Hosting.Documents;
using Orchestrator.Samples.RideBooking;

namespace Orchestrator.Tests.Unit.Samples.RideBooking;

public class The_document_of_the_rides
{
    const string Folder = "samples/RideBooking", Name = "ride-booking.md";

    [Test]
    public void Says_what_the_table_says()
    {
        var sagas = new SagaParty();
        sagas.AddRideSagas();
        var document = SagaDocuments.Of(sagas)[Name];
        document.ShouldContain("| 4 | Ride ended | waits for an event from outside |");
        File.ReadAllText(Path.Combine(Repository.Root, Folder, Name))
            .ShouldBe(document, $"{Folder}/{Name} is stale; run: dotnet run --project {Folder} -- sagas --into {Folder}");
    }
}

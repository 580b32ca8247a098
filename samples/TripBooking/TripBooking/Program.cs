using Orchestrator.Hosting;
using Orchestrator.Hosting.Embedded;
using TripBooking;

return args switch
{
    ["worker", .. var settings] => await SagaHost.Run(settings, sagas => sagas.AddSaga<TripSaga, Trip>()),
    ["participant", var name, .. var settings] when Participants.All.TryGetValue(name, out var describe) =>
        await ParticipantHost.Run(settings, name, describe),
    _ => await EmbeddedHost.Run(args, "data", host =>
    {
        host.AddSagas(sagas => sagas.AddSaga<TripSaga, Trip>());
        foreach (var (name, describe) in Participants.All)
            host.AddParticipant(name, describe);
        host.AddParticipant("travellers", SampleTrips.AddTo);
    }),
};

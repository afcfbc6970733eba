<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>%n photos added to {0}</source>
        <translation>
            <numerusform>%n photo added to {0}</numerusform>
            <numerusform>%n photos added to {0}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos set aside</source>
        <translation>
            <numerusform>%n photo set aside</numerusform>
            <numerusform>%n photos set aside</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos of {0} taken back</source>
        <translation>
            <numerusform>%n photo of {0} taken back</numerusform>
            <numerusform>%n photos of {0} taken back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} needs %n more.</source>
        <translation>
            <numerusform>{0} needs %n more.</numerusform>
            <numerusform>{0} needs %n more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Pictures also came from %n browsers, last at {0}.</source>
        <translation>
            <numerusform>Pictures also came from a browser, last at {0}.</numerusform>
            <numerusform>Pictures also came from %n browsers, last at {0}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n doors</source>
        <translation>
            <numerusform>%n door</numerusform>
            <numerusform>%n doors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n legs failed at {0}.</source>
        <translation>
            <numerusform>One leg failed at {0}.</numerusform>
            <numerusform>%n legs failed at {0}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln pictures</source>
        <translation>
            <numerusform>%n picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rings wait in it</source>
        <translation>
            <numerusform>%n ring waits in it</numerusform>
            <numerusform>%n rings wait in it</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n rings lost</source>
        <translation>
            <numerusform>%n ring lost</numerusform>
            <numerusform>%n rings lost</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n strangers were at the door</source>
        <translation>
            <numerusform>A stranger was at the door</numerusform>
            <numerusform>%n strangers were at the door</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n others</source>
        <translation>
            <numerusform>%n other</numerusform>
            <numerusform>%n others</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln visits</source>
        <translation>
            <numerusform>%n visit</numerusform>
            <numerusform>%Ln visits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photos</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} in %n days</source>
        <translation>
            <numerusform>{0} in one day</numerusform>
            <numerusform>{0} in %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photos that were removed before</source>
        <translation>
            <numerusform>%n photo that was removed before</numerusform>
            <numerusform>%n photos that were removed before</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>What was learnt of the face, %n times</source>
        <translation>
            <numerusform>What was learnt of the face, once</numerusform>
            <numerusform>What was learnt of the face, %n times</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The name in %n visits; their pictures stay</source>
        <translation>
            <numerusform>The name in %n visit; its picture stays</numerusform>
            <numerusform>The name in %n visits; their pictures stay</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n messages in chats are put right</source>
        <translation>
            <numerusform>%n message in a chat is put right</numerusform>
            <numerusform>%n messages in chats are put right</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n strangers</source>
        <translation>
            <numerusform>%n stranger</numerusform>
            <numerusform>%n strangers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Enrolment</name>
    <message numerus="yes">
        <source>%n photos of somebody</source>
        <translation>
            <numerusform>%n photo of somebody</numerusform>
            <numerusform>%n photos of somebody</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Naming</name>
    <message numerus="yes">
        <source>Without a name besides: %n</source>
        <translation>
            <numerusform>Without a name besides: %n</numerusform>
            <numerusform>Without a name besides: %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NotThem</name>
    <message numerus="yes">
        <source>Visits that changed with it: %n.</source>
        <translation>
            <numerusform>Visits that changed with it: %n.</numerusform>
            <numerusform>Visits that changed with it: %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PeoplePage</name>
    <message numerus="yes">
        <source>%n visits say {0} now</source>
        <translation>
            <numerusform>%n visit says {0} now</numerusform>
            <numerusform>%n visits say {0} now</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StrangersStrip</name>
    <message numerus="yes">
        <source>%n are ignored</source>
        <translation>
            <numerusform>%n is ignored</numerusform>
            <numerusform>%n are ignored</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VisitPanel</name>
    <message numerus="yes">
        <source>Other visits that changed with it: %n.</source>
        <translation>
            <numerusform>Other visits that changed with it: %n.</numerusform>
            <numerusform>Other visits that changed with it: %n.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Other visits of theirs that have the name now: %n.</source>
        <translation>
            <numerusform>Other visits of theirs that have the name now: %n.</numerusform>
            <numerusform>Other visits of theirs that have the name now: %n.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VisitReasons</name>
    <message numerus="yes">
        <source>The best of %n pictures.</source>
        <translation>
            <numerusform>The best of %n pictures.</numerusform>
            <numerusform>The best of %n pictures.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VisitsPage</name>
    <message numerus="yes">
        <source>%Ln visits</source>
        <translation>
            <numerusform>%n visit</numerusform>
            <numerusform>%Ln visits</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{0} has %Ln visits.</source>
        <translation>
            <numerusform>{0} has %n visit.</numerusform>
            <numerusform>{0} has %Ln visits.</numerusform>
        </translation>
    </message>
</context>
</TS>
